import { Deadlines } from "../dispatch/deadlines.js";
import {
  compilePlan,
  compileUnroutedPlan,
  type DispatchPlan,
  type PlanEnvironment,
} from "../dispatch/dispatch-plan.js";
import { Dispatcher } from "../dispatch/dispatcher.js";
import { ResponseEncoder } from "../dispatch/response-encoder.js";
import type { Contributions } from "../plugins/plugin-host.js";
import { methodCodeOf, UNROUTED } from "../routing/route.js";
import { Router } from "../routing/router.js";
import type { ParsedAppOptions } from "./app-options.js";

/** An app's dispatcher with the time limits it runs under. */
export interface Kernel {
  readonly dispatcher: Dispatcher;
  readonly deadlines: Deadlines;
}

/** Freezes what was contributed and compiles every route. @throws ConfigError for what a route names and nobody knows */
export function compileKernel(parts: Contributions, options: ParsedAppOptions): Kernel {
  const deadlines = new Deadlines(parts.clock);
  const environment: PlanEnvironment = { ...parts, ...options, deadlines };
  const router = new Router<DispatchPlan>();
  for (const route of parts.routes.all) router.add(methodCodeOf(route), route.pattern, compilePlan(route, environment));
  const dispatcher = new Dispatcher({
    router,
    unrouted: compileUnroutedPlan(UNROUTED, environment),
    options: parts.options,
    encoder: new ResponseEncoder(parts.formats, options.problemDetails),
    requestsInFlight: options.requestsInFlight,
    isTimed: parts.hooks.all("onResponse").length > 0,
    clock: parts.clock,
    log: parts.log,
  });
  deadlines.onDue = dispatcher.expire;
  return { dispatcher, deadlines };
}
