import { Code } from "@coapkit/protocol";
import type { RepeatHandler } from "../context/repeat-handler.js";
import type { RequestContext } from "../context/request-context.js";
import { isPromise } from "../hooks/is-promise.js";
import type { Clock } from "../ports/clock.js";
import type { Exchange, Response } from "../ports/engine.js";
import type { Logger } from "../ports/logger.js";
import { Reply } from "../reply/reply.js";
import { closeSource } from "./body-source.js";
import { DispatchCounters } from "./dispatch-counters.js";
import { type DispatchPlan, withHandler } from "./dispatch-plan.js";
import { isBug, replyTo } from "./error-mapping.js";
import { IncomingBody } from "./incoming-body.js";
import { RequestRun } from "./request-run.js";
import { Responder } from "./responder.js";
import { bare, type ResponseEncoder } from "./response-encoder.js";
import type { RouteTable } from "./route-table.js";
import { KERNEL } from "./steps.js";
import { type Continuation, WaitingRuns } from "./waiting-runs.js";

/** What a dispatcher works with; frozen at boot. */
export interface DispatcherParts {
  readonly routes: RouteTable;
  readonly encoder: ResponseEncoder;
  /** Most requests whose handlers run at a time. */
  readonly requestsInFlight: number;
  /** Whether anybody reads `ctx.receivedMs`. */
  readonly isTimed: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

type Hooks<N extends "onResult" | "onSend" | "onError"> = DispatchPlan[N][number];

const OVERLOADED = new Reply(Code.ServiceUnavailable, undefined, { maxAgeS: 5 });
const CLOSING = new Reply(Code.ServiceUnavailable, undefined, { maxAgeS: 30 });
const TIMED_OUT = new Reply(Code.ServiceUnavailable, undefined, { maxAgeS: 30 });
const NO_EXCHANGE = { ignore: () => undefined, notify: () => false, onInterestLost: () => undefined } as const;

/**
 * Takes requests through the lifecycle (docs/lifecycle.md). A request whose hooks and handler are synchronous is answered
 * before `handle` returns and costs no promise; one that waits leaves that path once. Nothing ever throws out of `handle`.
 */
export class Dispatcher {
  readonly counters = new DispatchCounters();
  readonly routes: RouteTable;
  readonly #parts: DispatcherParts;
  readonly #waiting: WaitingRuns;
  readonly #responder: Responder;
  #isClosing = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.routes = parts.routes;
    const { counters } = this;
    this.#waiting = new WaitingRuns({
      clock: parts.clock,
      counters,
      onFailed: (run, error) => this.#fail(run, error),
      onExpired: (run) => this.#expire(run),
    });
    this.#responder = new Responder(counters, parts.log, this.#waiting);
  }

  /** Answers one request. */
  handle(exchange: Exchange): void {
    const run = new RequestRun(exchange, this.routes.unrouted);
    this.counters.requests++;
    try {
      if (this.#parts.isTimed) run.receivedMs = this.#parts.clock.nowMs();
      const refusal = this.routes.find(run) ?? this.#refuseLoad();
      if (refusal === undefined) this.#begin(run, 0);
      else if (refusal.code === Code.BadOption && !exchange.request.confirmable)
        this.#responder.drop(run, refusal.payload as string);
      else this.#answer(run, refusal, KERNEL);
    } catch (error) {
      this.#fail(run, error);
    }
  }

  /**
   * Runs the handler of an answered request again, for a notification (RFC 7641 §4.2): from negotiation on, since the
   * guards have let its client in before.
   * @param handler takes the place of the route's, which it is given
   */
  repeat(
    answered: Pick<RequestContext, "request">,
    deliver: (response: Response) => void,
    handler?: RepeatHandler,
  ): void {
    const run = new RequestRun({ ...NO_EXCHANGE, request: answered.request, respond: deliver }, this.routes.unrouted);
    run.isNotification = true;
    try {
      const refusal = this.routes.find(run);
      if (refusal === undefined && handler !== undefined) run.plan = withHandler(run.plan, handler);
      if (refusal === undefined) this.#begin(run, run.plan.repeatFrom);
      else this.#answer(run, refusal, KERNEL);
    } catch (error) {
      this.#fail(run, error);
    }
  }

  /** Refuses what comes from here on with 5.03. */
  stopAccepting(): void {
    this.#isClosing = true;
  }

  /** Resolves once no request is in flight. */
  idle(): Promise<void> {
    return this.#waiting.idle();
  }

  /** Lets go of all timers. */
  stop(): void {
    this.#waiting.stop();
  }

  /** Answers 5.03 to every request in flight. */
  cut(): void {
    this.#waiting.expireAll();
  }

  /** 5.03 while the app closes, or while too many requests are in flight. */
  #refuseLoad(): Reply | undefined {
    if (this.#isClosing) return CLOSING;
    if (this.counters.inFlight < this.#parts.requestsInFlight) return undefined;
    this.counters.overloaded++;
    return OVERLOADED;
  }

  /** Begins with the steps of a run that has found its route. */
  #begin(run: RequestRun, index: number): void {
    if (run.plan.streamsBody) run.bodyStream = new IncomingBody(run, this.#waiting);
    this.#proceed(run, index);
  }

  /** Runs the steps from `index` on, then the handler, as far as nothing has to be waited for. */
  #proceed(run: RequestRun, index: number): void {
    const { steps } = run.plan;
    for (let i = index; i < steps.length; i++) {
      const step = steps[i] as DispatchPlan["steps"][number];
      const outcome = step.run(run);
      if (outcome === undefined) continue;
      if (isPromise(outcome)) this.#waitAt(run, i, outcome, this.#afterStep);
      else this.#answer(run, outcome, step.owner);
      return;
    }
    const result = run.plan.invoke(run);
    if (isPromise(result)) this.#waiting.wait(run, result, this.#afterHandler);
    else this.#complete(run, result, 0);
  }

  readonly #afterStep: Continuation = (run, reply) => {
    const { index } = run;
    if (reply === undefined) this.#proceed(run, index + 1);
    else this.#answer(run, reply as Reply, (run.plan.steps[index] as DispatchPlan["steps"][number]).owner);
  };

  readonly #afterHandler: Continuation = (run, result) => this.#complete(run, result, 0);

  /** Takes what the handler returned through the onResult hooks from `index` on, then encodes it. */
  #complete(run: RequestRun, returned: unknown, index: number): void {
    const { plan } = run;
    const { encoder } = this.#parts;
    let result = returned;
    for (let i = index; i < plan.onResult.length; i++) {
      const outcome = (plan.onResult[i] as Hooks<"onResult">).hook(run, result);
      if (outcome === undefined) continue;
      if (isPromise(outcome)) {
        run.settledBefore = result;
        this.#waitAt(run, i, outcome, this.#afterResultHook);
        return;
      }
      result = outcome;
    }
    if (result === undefined && plan.mustAnswer)
      throw new TypeError(
        `${plan.route.name} returned nothing; a ${plan.route.method} handler must return a value or a reply.`,
      );
    const response =
      result instanceof Reply ? encoder.encodeReply(run, result) : encoder.encodeValue(run, plan.defaultCode, result);
    this.#send(run, response, 0);
  }

  readonly #afterResultHook: Continuation = (run, changed) =>
    this.#complete(run, changed ?? run.settledBefore, run.index + 1);

  #answer(run: RequestRun, reply: Reply, owner: string): void {
    if (!(reply instanceof Reply)) {
      throw new TypeError(
        `A hook of ${owner} returned a ${typeof reply}; return a Reply, or nothing to let the request go on.`,
      );
    }
    run.endedBy = owner;
    this.#send(run, this.#parts.encoder.encodeReply(run, reply), 0);
  }

  /** Runs the onSend hooks, or onNotify hooks, from `index` on, then responds. */
  #send(run: RequestRun, response: Response, index: number): void {
    run.isAnswering = true;
    const hooks = run.isNotification ? run.plan.onNotify : run.plan.onSend;
    let current = response;
    for (let i = index; i < hooks.length; i++) {
      const outcome = (hooks[i] as Hooks<"onSend">).hook(run, current);
      if (outcome === undefined) continue;
      if (isPromise(outcome)) {
        run.settledBefore = current;
        this.#waitAt(run, i, outcome, this.#afterSendHook);
        return;
      }
      current = outcome;
    }
    this.#responder.respond(run, current);
  }

  readonly #afterSendHook: Continuation = (run, changed) =>
    this.#send(run, (changed ?? run.settledBefore) as Response, run.index + 1);

  /** Maps what was thrown to an answer; onError hooks may map it otherwise. */
  #fail(run: RequestRun, error: unknown): void {
    run.error = error;
    closeSource(run);
    if (isBug(error)) {
      this.counters.bugs++;
      this.#parts.log.error({ err: error, route: run.route.name, peer: run.peer.key }, "request failed");
    }
    if (run.isAnswering) {
      this.#responder.respond(run, bare(Code.InternalServerError));
      return;
    }
    run.isAnswering = true;
    try {
      this.#mapError(run, 0);
    } catch (second) {
      this.#fail(run, second);
    }
  }

  /** Asks the onError hooks from `index` on, then maps by itself. */
  #mapError(run: RequestRun, index: number): void {
    const { onError } = run.plan;
    for (let i = index; i < onError.length; i++) {
      const { hook, owner } = onError[i] as Hooks<"onError">;
      const outcome = hook(run, run.error);
      if (outcome === undefined) continue;
      if (isPromise(outcome)) this.#waitAt(run, i, outcome, this.#afterErrorHook);
      else this.#answer(run, outcome, owner);
      return;
    }
    this.#send(run, this.#parts.encoder.encodeReply(run, replyTo(run.error)), 0);
  }

  readonly #afterErrorHook: Continuation = (run, reply) => {
    const { index } = run;
    if (reply === undefined) this.#mapError(run, index + 1);
    else this.#answer(run, reply as Reply, (run.plan.onError[index] as Hooks<"onError">).owner);
  };

  /** Waits for the step or hook at `index`. */
  #waitAt(run: RequestRun, index: number, promise: PromiseLike<unknown>, next: Continuation): void {
    run.index = index;
    this.#waiting.wait(run, promise, next);
  }

  /** Answers 5.03 for a run whose time is over; what it still does comes too late. */
  #expire(run: RequestRun): void {
    run.turn++;
    this.counters.timeouts++;
    this.#parts.log.warn({ route: run.route.name, peer: run.peer.key }, "handler took too long");
    run.abort(new Error("The time of the request is over."));
    run.endedBy = KERNEL;
    closeSource(run);
    this.#responder.respond(run, this.#parts.encoder.encodeReply(run, TIMED_OUT));
  }
}
