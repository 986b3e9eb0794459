import { RequestContext } from "../context/request-context.js";
import type { Exchange } from "../ports/engine.js";
import { UNROUTED } from "../routing/route.js";
import type { Waiting } from "./deadline-list.js";
import type { DispatchPlan } from "./dispatch-plan.js";

/** A request context with what the dispatcher keeps of the request's progress. */
export class RequestRun extends RequestContext implements Waiting {
  plan: DispatchPlan;
  /** Raised whenever what the run waits for settles or takes too long, so that a late or second result finds a stale number. */
  turn = 0;
  /** Whether the run has left the fast path and counts as in flight. */
  isWaiting = false;
  /** Which step or hook the run waits for. */
  index = 0;
  /** What was settled before the hook or read that the run waits for: a result, or a response. */
  settledBefore: unknown = undefined;
  /** Chunks of the body that are being waited for. */
  reads = 0;
  /** Whether an answer is on its way, so that a failure from here on must not start another. */
  isAnswering = false;
  /** Whether the answer becomes a notification. */
  isNotification = false;
  /** Neighbours in the list of deadlines. */
  previous: this | undefined = undefined;
  next: this | undefined = undefined;
  dueMs = 0;

  constructor(exchange: Exchange, plan: DispatchPlan) {
    super(exchange, UNROUTED);
    this.plan = plan;
  }

  get timeoutMs(): number {
    return this.plan.timeoutMs;
  }
}
