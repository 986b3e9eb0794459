import { Code, type MethodName } from "@coapkit/protocol";
import { firstOf } from "../context/query.js";
import type { RepeatHandler } from "../context/repeat-handler.js";
import type { RequestContext } from "../context/request-context.js";
import type { RoutePlan } from "../context/route-plan.js";
import type { FormatRegistry } from "../formats/format-registry.js";
import { compileNegotiation, type Negotiation } from "../formats/negotiation.js";
import type { HookRegistry, OwnedHook } from "../hooks/hook-registry.js";
import { Reply } from "../reply/reply.js";
import type { Route } from "../routing/route.js";
import { decodeStep, negotiateStep } from "./payload-steps.js";
import { preconditionStep } from "./preconditions.js";
import { hookSteps, type Step } from "./steps.js";
import {
  argumentValidation,
  paramsValidation,
  payloadValidation,
  queryValidation,
  type Validation,
  validationStep,
} from "./validation.js";

/** Everything about a route that can be decided at boot: one flat record, read by the dispatcher for each request. */
export interface DispatchPlan {
  readonly route: RoutePlan;
  readonly steps: readonly Step[];
  readonly invoke: (ctx: RequestContext) => unknown;
  /** Code of an answer that names none. */
  readonly defaultCode: number;
  /** Whether a handler must answer: a GET or FETCH that returns nothing is a bug. */
  readonly mustAnswer: boolean;
  /** Whether the last path parameter stands for all segments that are left. */
  readonly hasWildcard: boolean;
  readonly bodyLimitBytes: number;
  /** Whether the handler takes the body as it arrives. */
  readonly streamsBody: boolean;
  /** Time a request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The first step that a notification takes again: the one after the guards. */
  readonly repeatFrom: number;
  readonly onResult: readonly OwnedHook<"onResult">[];
  readonly onSend: readonly OwnedHook<"onSend">[];
  readonly onNotify: readonly OwnedHook<"onNotify">[];
  readonly onError: readonly OwnedHook<"onError">[];
  readonly onResponse: readonly OwnedHook<"onResponse">[];
}

/** What plans are compiled against. */
export interface PlanEnvironment {
  readonly formats: FormatRegistry;
  readonly hooks: HookRegistry;
  readonly bodyLimitBytes: number;
  readonly handlerTimeoutMs: number;
}

/** Success codes by method. RFC 7252 §5.8, RFC 8132 §2, §3. */
const DEFAULT_CODES: Readonly<Record<MethodName, number>> = {
  GET: Code.Content,
  POST: Code.Changed,
  PUT: Code.Changed,
  DELETE: Code.Deleted,
  FETCH: Code.Content,
  PATCH: Code.Changed,
  IPATCH: Code.Changed,
};

/** Compiles a route. @throws ConfigError for what its options name and nobody knows */
export function compilePlan(route: Route, environment: PlanEnvironment): DispatchPlan {
  const method = route.method as MethodName;
  const { hooks } = environment;
  const guards = hookSteps(hooks.for("onRequest", route));
  return Object.freeze({
    ...sharedHooks(route, hooks),
    route,
    steps: [...guards, ...inputSteps(route, compileNegotiation(route, environment.formats), hooks)],
    repeatFrom: guards.length,
    invoke: route.invoke,
    defaultCode: DEFAULT_CODES[method],
    mustAnswer: DEFAULT_CODES[method] === Code.Content,
    hasWildcard: route.pattern.segments.at(-1)?.kind === "wildcard",
    streamsBody: route.streamsBody,
    bodyLimitBytes: route.options.bodyLimitBytes ?? environment.bodyLimitBytes,
    timeoutMs: route.options.timeoutMs ?? environment.handlerTimeoutMs,
  });
}

/** A plan whose handler is another one, which may call the route's. */
export function withHandler(plan: DispatchPlan, handler: RepeatHandler): DispatchPlan {
  return { ...plan, invoke: (ctx) => handler(ctx, plan.invoke) };
}

/** The plan of requests that no route answers: hooks around an answer that is there already. */
export function compileUnroutedPlan(unrouted: RoutePlan, environment: PlanEnvironment): DispatchPlan {
  return Object.freeze({
    ...sharedHooks(unrouted, environment.hooks),
    route: unrouted,
    steps: [],
    repeatFrom: 0,
    invoke: () => new Reply(Code.NotFound),
    defaultCode: Code.NotFound,
    mustAnswer: true,
    hasWildcard: false,
    streamsBody: false,
    bodyLimitBytes: environment.bodyLimitBytes,
    timeoutMs: environment.handlerTimeoutMs,
  });
}

function sharedHooks(route: RoutePlan, hooks: HookRegistry) {
  return {
    onResult: hooks.for("onResult", route),
    onSend: hooks.for("onSend", route),
    onNotify: hooks.for("onNotify", route),
    onError: hooks.for("onError", route),
    onResponse: hooks.for("onResponse", route),
  };
}

/** negotiate → decode → validate → precondition → preHandler. */
function inputSteps(route: Route, negotiation: Negotiation, hooks: HookRegistry): readonly Step[] {
  return [
    negotiateStep(negotiation),
    ...(route.takesPayload ? [decodeStep(negotiation)] : []),
    ...validationsOf(route).map((validation) => validationStep(validation, route.name)),
    preconditionStep(route.version),
    ...hookSteps(hooks.for("preHandler", route)),
  ];
}

function validationsOf({ input, pattern, takesPayload }: Route): Validation[] {
  const validations: Validation[] = [];
  if (input.params !== undefined) validations.push(paramsValidation(input.params));
  if (input.query !== undefined) validations.push(queryValidation(input.query));
  for (const [index, { source, name = "", schema }] of input.checkedArguments) {
    if (schema === undefined) continue;
    const position = pattern.paramNames.indexOf(name);
    const read =
      source === "query"
        ? (ctx: RequestContext) => firstOf(ctx.query, name)
        : (ctx: RequestContext) => ctx.paramValues[position];
    validations.push(argumentValidation(schema, `${source} "${name}"`, index, read));
  }
  if (input.payload !== undefined) validations.push(payloadValidation(input.payload, takesPayload));
  return validations;
}
