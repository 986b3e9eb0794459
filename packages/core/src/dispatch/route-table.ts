import { Code, findBadOption, OptionNumber, type OptionRegistry, type OptionsView } from "@coapkit/protocol";
import { Reply } from "../reply/reply.js";
import { RequestHead } from "../routing/request-head.js";
import type { Router } from "../routing/router.js";
import type { DispatchPlan } from "./dispatch-plan.js";
import type { RequestRun } from "./request-run.js";

const PROXYING_NOT_SUPPORTED = new Reply(Code.ProxyingNotSupported);
const NOT_FOUND = new Reply(Code.NotFound);
const METHOD_NOT_ALLOWED = new Reply(Code.MethodNotAllowed);

/** Finds what a request asks for: the frozen plans of an app behind their router. */
export class RouteTable {
  /** The plan of requests that no route answers. */
  readonly unrouted: DispatchPlan;
  readonly #router: Router<DispatchPlan>;
  readonly #options: OptionRegistry;
  readonly #head = new RequestHead();

  constructor(router: Router<DispatchPlan>, unrouted: DispatchPlan, options: OptionRegistry) {
    this.#router = router;
    this.unrouted = unrouted;
    this.#options = options;
  }

  /** Gives a run its plan, parameters and formats. @returns the refusal where there is none. RFC 7252 §5.4.1, §5.7.2, §5.8 */
  find(run: RequestRun): Reply | undefined {
    const { options, method, payload } = run.request;
    const bad = findBadOption(options, this.#options);
    if (bad >= 0) return new Reply(Code.BadOption, `Option ${bad} is unknown or malformed.`);
    const head = this.#head;
    head.read(options);
    run.accept = head.accept;
    run.contentFormat = head.contentFormat;
    run.isConditional = head.isConditional;
    if (head.isForProxy) return PROXYING_NOT_SUPPORTED;
    if (head.fault !== undefined) return new Reply(Code.BadRequest, head.fault);
    const router = this.#router;
    const plan = router.match(method, head);
    if (plan === undefined) return router.pathExists ? METHOD_NOT_ALLOWED : NOT_FOUND;
    run.plan = plan;
    run.route = plan.route;
    if (router.captureCount > 0) run.paramValues = captureValues(head, router, plan.hasWildcard);
    return payload.length > plan.bodyLimitBytes ? tooLarge(plan.bodyLimitBytes) : undefined;
  }

  /** Largest body that the route of a request takes; -1 where the request is refused whatever its body is. */
  bodyLimitBytes(method: number, options: OptionsView): number {
    return this.#planOf(method, options)?.bodyLimitBytes ?? -1;
  }

  /** Whether the route of a request takes the body as it arrives. */
  streamsBody(method: number, options: OptionsView): boolean {
    return this.#planOf(method, options)?.streamsBody ?? false;
  }

  #planOf(method: number, options: OptionsView): DispatchPlan | undefined {
    if (findBadOption(options, this.#options) >= 0) return undefined;
    const head = this.#head;
    head.read(options);
    if (head.isForProxy || head.fault !== undefined) return undefined;
    return this.#router.match(method, head);
  }
}

/** Texts of the path parameters; a wildcard stands for all that is left, its segments joined by slashes. */
function captureValues(
  head: RequestHead,
  { captures, captureCount }: Router<DispatchPlan>,
  hasWildcard: boolean,
): string[] {
  const values: string[] = [];
  for (let i = 0; i < captureCount; i++) values.push(head.segment(captures[i] as number));
  if (!hasWildcard) return values;
  for (let i = (captures[captureCount - 1] as number) + 1; i < head.segmentCount; i++) {
    values[values.length - 1] += `/${head.segment(i)}`;
  }
  return values;
}

function tooLarge(limitBytes: number): Reply {
  return new Reply(Code.RequestEntityTooLarge, `The body may have ${limitBytes} bytes.`, {
    options: [{ number: OptionNumber.Size1, value: limitBytes }],
  });
}
