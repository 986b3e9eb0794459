import {
  compilePlan,
  compileUnroutedPlan,
  type DispatchPlan,
  type PlanEnvironment,
} from "../dispatch/dispatch-plan.js";
import { Dispatcher } from "../dispatch/dispatcher.js";
import { ResponseEncoder } from "../dispatch/response-encoder.js";
import { RouteTable } from "../dispatch/route-table.js";
import type { Contributions } from "../plugins/plugin-host.js";
import { methodCodeOf, UNROUTED } from "../routing/route.js";
import { Router } from "../routing/router.js";
import type { ParsedAppOptions } from "./app-options.js";

/** Freezes what was contributed and compiles every route. @throws ConfigError for what a route names and nobody knows */
export function compileDispatcher(parts: Contributions, options: ParsedAppOptions): Dispatcher {
  const environment: PlanEnvironment = { ...parts, ...options };
  const router = new Router<DispatchPlan>();
  for (const route of parts.routes.all) router.add(methodCodeOf(route), route.pattern, compilePlan(route, environment));
  return new Dispatcher({
    routes: new RouteTable(router, compileUnroutedPlan(UNROUTED, environment), parts.options),
    encoder: new ResponseEncoder(parts.formats, options.problemDetails),
    requestsInFlight: options.requestsInFlight,
    isTimed: parts.hooks.all("onResponse").length > 0,
    clock: parts.clock,
    log: parts.log,
  });
}
