import { Code } from "@coapkit/protocol";
import type { RepeatHandler } from "../context/repeat-handler.js";
import type { RequestContext } from "../context/request-context.js";
import { isPromise } from "../hooks/is-promise.js";
import type { Clock } from "../ports/clock.js";
import type { Exchange, Response } from "../ports/engine.js";
import type { Logger } from "../ports/logger.js";
import { Reply } from "../reply/reply.js";
import { readWhole } from "./body-source.js";
import { Deadlines } from "./deadlines.js";
import { DispatchCounters } from "./dispatch-counters.js";
import { type DispatchPlan, withHandler } from "./dispatch-plan.js";
import { isBug, replyTo } from "./error-mapping.js";
import { RequestRun } from "./request-run.js";
import { bare, type ResponseEncoder } from "./response-encoder.js";
import type { RouteTable } from "./route-table.js";
import { KERNEL } from "./steps.js";

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

const OVERLOADED = new Reply(Code.ServiceUnavailable, undefined, { maxAgeS: 5 });
const CLOSING = new Reply(Code.ServiceUnavailable, undefined, { maxAgeS: 30 });
const TIMED_OUT = new Reply(Code.ServiceUnavailable, undefined, { maxAgeS: 30 });
const NO_EXCHANGE = { ignore: () => undefined, notify: () => false, onInterestLost: () => undefined } as const;
const UNSENDABLE = bare(Code.InternalServerError);

/**
 * Takes requests through the lifecycle (docs/lifecycle.md). A request whose hooks and handler are synchronous is answered
 * before `handle` returns and costs no promise; one that waits leaves that path once. Nothing ever throws out of `handle`.
 */
export class Dispatcher {
  readonly counters = new DispatchCounters();
  readonly routes: RouteTable;
  readonly #parts: DispatcherParts;
  readonly #deadlines: Deadlines<RequestRun>;
  #isClosing = false;
  #onIdle: (() => void) | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.routes = parts.routes;
    this.#deadlines = new Deadlines(parts.clock, (run) => this.#expire(run));
  }

  /** Answers one request. */
  handle(exchange: Exchange): void {
    const run = new RequestRun(exchange, this.routes.unrouted);
    this.counters.requests++;
    try {
      if (this.#parts.isTimed) run.receivedMs = this.#parts.clock.nowMs();
      const refusal = this.routes.find(run) ?? this.#refuseLoad();
      if (refusal === undefined) this.#proceed(run, 0);
      else if (refusal.code === Code.BadOption && !exchange.request.confirmable)
        this.#drop(run, refusal.payload as string);
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
  repeat(answered: RequestContext, deliver: (response: Response) => void, handler?: RepeatHandler): void {
    const run = new RequestRun({ ...NO_EXCHANGE, request: answered.request, respond: deliver }, this.routes.unrouted);
    run.isNotification = true;
    try {
      const refusal = this.routes.find(run);
      if (refusal === undefined && handler !== undefined) run.plan = withHandler(run.plan, handler);
      if (refusal === undefined) this.#proceed(run, run.plan.repeatFrom);
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
  async idle(): Promise<void> {
    if (this.counters.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Lets go of all timers. */
  stop(): void {
    this.#deadlines.stop();
  }

  /** Answers 5.03 to every request in flight. */
  cut(): void {
    this.#deadlines.expireAll();
  }

  /** 5.03 while the app closes, or while too many requests are in flight. */
  #refuseLoad(): Reply | undefined {
    if (this.#isClosing) return CLOSING;
    if (this.counters.inFlight < this.#parts.requestsInFlight) return undefined;
    this.counters.overloaded++;
    return OVERLOADED;
  }

  /** Runs the steps from `index` on, then the handler, as far as nothing has to be waited for. */
  #proceed(run: RequestRun, index: number): void {
    const { steps } = run.plan;
    for (let i = index; i < steps.length; i++) {
      const step = steps[i] as DispatchPlan["steps"][number];
      const outcome = step.run(run);
      if (outcome === undefined) continue;
      if (isPromise(outcome))
        this.#wait(run, outcome, (reply) =>
          reply === undefined ? this.#proceed(run, i + 1) : this.#answer(run, reply, step.owner),
        );
      else this.#answer(run, outcome, step.owner);
      return;
    }
    const result = run.plan.invoke(run);
    if (isPromise(result)) this.#wait(run, result, (settled) => this.#complete(run, settled, 0));
    else this.#complete(run, result, 0);
  }

  /** Takes what the handler returned through the onResult hooks from `index` on, then encodes it. */
  #complete(run: RequestRun, returned: unknown, index: number): void {
    const { plan } = run;
    const { encoder } = this.#parts;
    let result = returned;
    for (let i = index; i < plan.onResult.length; i++) {
      const outcome = (plan.onResult[i] as DispatchPlan["onResult"][number]).hook(run, result);
      if (outcome === undefined) continue;
      if (isPromise(outcome)) {
        const before = result;
        this.#wait(run, outcome, (changed) => this.#complete(run, changed ?? before, i + 1));
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
      const outcome = (hooks[i] as DispatchPlan["onSend"][number]).hook(run, current);
      if (outcome === undefined) continue;
      if (isPromise(outcome)) {
        const before = current;
        this.#wait(run, outcome, (changed) => this.#send(run, changed ?? before, i + 1));
        return;
      }
      current = outcome;
    }
    this.#respond(run, current);
  }

  #respond(run: RequestRun, response: Response): void {
    const { source, exchange } = run;
    if (source !== undefined && exchange.respondFrom === undefined) {
      run.source = undefined;
      this.#wait(run, readWhole(source), (payload) => this.#respond(run, { ...response, payload }));
      return;
    }
    this.#leave(run);
    if (!run.isNotification) this.counters.responses++;
    this.#afterwards(run, this.#deliver(run, response));
  }

  /** Hands the response to the engine. @returns what was sent: an empty 5.00 where the response cannot be */
  #deliver(run: RequestRun, response: Response): Response {
    try {
      if (run.source === undefined || response === UNSENDABLE) run.exchange.respond(response);
      else run.exchange.respondFrom?.({ ...response, payload: run.source });
      return response;
    } catch (err) {
      this.counters.bugs++;
      this.#parts.log.error({ err, route: run.route.name, peer: run.peer.key }, "engine could not respond");
      if (response !== UNSENDABLE) return this.#deliver(run, UNSENDABLE);
      run.exchange.ignore();
      return response;
    }
  }

  #drop(run: RequestRun, reason: string): void {
    run.dropReason = reason;
    run.endedBy = KERNEL;
    this.counters.dropped++;
    run.exchange.ignore();
    this.#afterwards(run, undefined);
  }

  #afterwards(run: RequestRun, response: Response | undefined): void {
    if (run.isNotification) return;
    for (const { hook, owner } of run.plan.onResponse) {
      try {
        const outcome: unknown = hook(run, response);
        if (isPromise(outcome)) outcome.then(undefined, (err: unknown) => this.#logHookFailure(err, owner));
      } catch (err) {
        this.#logHookFailure(err, owner);
      }
    }
  }

  #logHookFailure(err: unknown, plugin: string): void {
    this.#parts.log.error({ err, hook: "onResponse", plugin }, "hook failed");
  }

  /** Maps what was thrown to an answer; onError hooks may map it otherwise. */
  #fail(run: RequestRun, error: unknown): void {
    run.error = error;
    if (isBug(error)) {
      this.counters.bugs++;
      this.#parts.log.error({ err: error, route: run.route.name, peer: run.peer.key }, "request failed");
    }
    if (run.isAnswering) {
      this.#respond(run, bare(Code.InternalServerError));
      return;
    }
    run.isAnswering = true;
    try {
      this.#mapError(run, error, 0);
    } catch (second) {
      this.#fail(run, second);
    }
  }

  #mapError(run: RequestRun, error: unknown, index: number): void {
    const { onError } = run.plan;
    for (let i = index; i < onError.length; i++) {
      const { hook, owner } = onError[i] as DispatchPlan["onError"][number];
      const outcome = hook(run, error);
      if (outcome === undefined) continue;
      if (isPromise(outcome))
        this.#wait(run, outcome, (reply) =>
          reply === undefined ? this.#mapError(run, error, i + 1) : this.#answer(run, reply, owner),
        );
      else this.#answer(run, outcome, owner);
      return;
    }
    this.#send(run, this.#parts.encoder.encodeReply(run, replyTo(error)), 0);
  }

  /** Leaves the fast path: goes on when the promise settles, unless the time is over by then. */
  #wait<T>(run: RequestRun, promise: PromiseLike<T>, next: (value: T) => void): void {
    if (!run.isWaiting) {
      run.isWaiting = true;
      this.counters.inFlight++;
      this.#deadlines.add(run);
    }
    const { turn } = run;
    promise.then(
      (value) => this.#resume(run, turn, () => next(value)),
      (error: unknown) => this.#resume(run, turn, () => this.#fail(run, error)),
    );
  }

  #resume(run: RequestRun, turn: number, next: () => void): void {
    if (run.turn !== turn) {
      this.counters.lateResults++;
      return;
    }
    run.turn++;
    try {
      next();
    } catch (error) {
      this.#fail(run, error);
    }
  }

  /** Answers 5.03 for a run whose time is over; what it still does comes too late. */
  readonly #expire = (run: RequestRun): void => {
    run.turn++;
    this.counters.timeouts++;
    this.#parts.log.warn({ route: run.route.name, peer: run.peer.key }, "handler took too long");
    run.abort(new Error("The time of the request is over."));
    run.endedBy = KERNEL;
    this.#respond(run, this.#parts.encoder.encodeReply(run, TIMED_OUT));
  };

  #leave(run: RequestRun): void {
    if (!run.isWaiting) return;
    run.isWaiting = false;
    this.#deadlines.remove(run);
    this.counters.inFlight--;
    if (this.counters.inFlight === 0) this.#onIdle?.();
  }
}
