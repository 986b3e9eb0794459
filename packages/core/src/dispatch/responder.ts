import { Code } from "@coapkit/protocol";
import { isPromise } from "../hooks/is-promise.js";
import type { Response } from "../ports/engine.js";
import type { Logger } from "../ports/logger.js";
import { closeSource, readWhole } from "./body-source.js";
import type { DispatchCounters } from "./dispatch-counters.js";
import type { RequestRun } from "./request-run.js";
import { bare } from "./response-encoder.js";
import { KERNEL } from "./steps.js";
import type { Continuation, WaitingRuns } from "./waiting-runs.js";

const UNSENDABLE = bare(Code.InternalServerError);

/** The end of a run: hands its response to the engine, or none, and tells the onResponse hooks. */
export class Responder {
  readonly #counters: DispatchCounters;
  readonly #log: Logger;
  readonly #waiting: WaitingRuns;

  constructor(counters: DispatchCounters, log: Logger, waiting: WaitingRuns) {
    this.#counters = counters;
    this.#log = log;
    this.#waiting = waiting;
  }

  /** Answers a run; with the body of its source, where it has one and the response has none. */
  respond(run: RequestRun, response: Response): void {
    if (run.source !== undefined) {
      if (response.payload.length > 0) closeSource(run);
      else if (run.exchange.respondFrom === undefined) return this.#readWhole(run, run.source, response);
    }
    this.#waiting.leave(run);
    if (!run.isNotification) this.#counters.responses++;
    this.#afterwards(run, this.#deliver(run, response));
  }

  /** Leaves a run without an answer. */
  drop(run: RequestRun, reason: string): void {
    run.dropReason = reason;
    run.endedBy = KERNEL;
    this.#counters.dropped++;
    run.exchange.ignore();
    this.#afterwards(run, undefined);
  }

  #readWhole(run: RequestRun, source: Parameters<typeof readWhole>[0], response: Response): void {
    run.settledBefore = response;
    this.#waiting.wait(run, readWhole(source), this.#afterRead);
  }

  readonly #afterRead: Continuation = (run, payload) => {
    closeSource(run);
    this.respond(run, { ...(run.settledBefore as Response), payload: payload as Uint8Array });
  };

  /** Hands the response to the engine. @returns what was sent: an empty 5.00 where the response cannot be */
  #deliver(run: RequestRun, response: Response): Response {
    try {
      if (run.source === undefined) run.exchange.respond(response);
      else run.exchange.respondFrom?.({ ...response, payload: run.source });
      return response;
    } catch (err) {
      this.#counters.bugs++;
      this.#log.error({ err, route: run.route.name, peer: run.peer.key }, "engine could not respond");
      closeSource(run);
      if (response !== UNSENDABLE) return this.#deliver(run, UNSENDABLE);
      run.exchange.ignore();
      return response;
    }
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
    this.#log.error({ err, hook: "onResponse", plugin }, "hook failed");
  }
}
