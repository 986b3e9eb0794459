import { Code, type Logger, type PluginHost, type RequestContext, type Response } from "@coapkit/core";
import { isSuccessCode } from "@coapkit/protocol";
import { ObserveCounters } from "./observe-counters.js";
import type { ObserveSettings } from "./observe-settings.js";
import { Observer, type ObserverRelation, withMaxAge } from "./observer.js";
import { type ObserverGroup, ObserverIndex } from "./observer-index.js";
import { PendingRegistrations } from "./pending-registrations.js";
import { representationKey } from "./representation-key.js";

/**
 * Why a relation has ended: `"lost"`: the engine says so, by reset, deregistration, time-out or its close; `"replaced"`:
 * the client has registered anew with the same token; `"failed"`: the handler has answered with an error; `"format"`:
 * the content format has changed; `"ended"`: by `notifier.end`; `"closed"`: with the app.
 */
export type EndReason = "lost" | "replaced" | "failed" | "format" | "ended" | "closed";

/** Callbacks of an app. */
export interface ObservationEvents {
  readonly onSubscribe: ((relation: ObserverRelation) => void) | undefined;
  readonly onUnsubscribe: ((relation: ObserverRelation, reason: EndReason) => void) | undefined;
}

const FORMAT_CHANGED: Response = Object.freeze({
  code: Code.NotAcceptable,
  contentFormat: undefined,
  options: [],
  payload: "The content format has changed.",
});

/** The observers of one app: who they are, and how they are told. RFC 7641 §4. */
export class Observations {
  readonly counters = new ObserveCounters();
  readonly pending = new PendingRegistrations();
  readonly #index = new ObserverIndex();
  readonly #repeat: PluginHost["repeat"];
  readonly #log: Logger;
  readonly #events: ObservationEvents;
  /** The request that is being registered, so that what it replaces is known. */
  #registering: RequestContext | undefined;
  #isClosed = false;

  constructor({ repeat, log }: Pick<PluginHost, "repeat" | "log">, events: ObservationEvents) {
    this.#repeat = repeat;
    this.#log = log;
    this.#events = events;
  }

  get size(): number {
    return this.#index.size;
  }

  all(): readonly Observer[] {
    return this.#index.all();
  }

  /** Answers a registration with its first representation. @returns what was sent, or undefined where it is to be answered like any other request */
  register(ctx: RequestContext, response: Response, path: string, settings: ObserveSettings): Response | undefined {
    const isStale = this.pending.finish(ctx);
    if (this.#isClosed || ctx.source !== undefined) return undefined; // a body read block by block has no notification
    const first = withMaxAge(response, settings.maxAgeS);
    this.#registering = ctx;
    const isKept = ctx.exchange.notify(first);
    this.#registering = undefined;
    if (!isKept) return undefined;
    const observer = new Observer(ctx, path, representationKey(ctx, settings.perClient), settings, response);
    const group = this.#index.add(observer);
    this.counters.registrations++;
    ctx.exchange.onInterestLost(() => this.#lose(observer));
    this.#call("onSubscribe", () => this.#events.onSubscribe?.(observer));
    if (isStale) this.#schedule(group);
    return first;
  }

  /** Tells the observers of a path what it has become. */
  changed(path: string): void {
    this.pending.changed(path);
    for (const group of this.#index.groupsOf(path)) this.#schedule(group);
  }

  /** Ends the relations of a path with an error. @returns how many there were */
  end(path: string, response: Response): number {
    this.pending.changed(path);
    const observers = this.#index.observersOf(path);
    for (const observer of observers) this.#end(observer, response, "ended");
    return observers.length;
  }

  /** Forgets everybody. */
  close(): void {
    this.#isClosed = true;
    for (const observer of this.#index.all()) this.#forget(observer, "closed");
  }

  /** The run starts when the caller is done, so that a response goes out before the notifications it causes. */
  #schedule(group: ObserverGroup): void {
    if (group.isBusy) {
      group.isStale ||= group.hasStarted;
      this.counters.coalesced++;
      return;
    }
    group.isBusy = true;
    queueMicrotask(() => this.#start(group));
  }

  #start(group: ObserverGroup): void {
    this.#run(group).catch((err: unknown) => {
      group.isBusy = false;
      this.#log.error({ err }, "notification failed");
    });
  }

  async #run(group: ObserverGroup): Promise<void> {
    const [observer] = group.observers;
    group.hasStarted = true;
    if (observer !== undefined && !this.#isClosed) {
      this.counters.encodings++;
      this.#tell(group, await this.#repeat(observer.ctx));
    }
    const { isStale } = group;
    group.isStale = false;
    group.hasStarted = false;
    group.isBusy = isStale;
    // A handler that reports changes of its own resource must not keep the process from everything else.
    if (isStale) setImmediate(() => this.#start(group));
  }

  #tell(group: ObserverGroup, response: Response): void {
    if (this.#isClosed) return;
    for (const observer of [...group.observers]) {
      if (!isSuccessCode(response.code)) this.#end(observer, response, "failed");
      else if (observer.isOtherFormat(response)) this.#end(observer, FORMAT_CHANGED, "format");
      else if (!this.#send(observer, () => observer.send(response))) this.#lose(observer);
    }
  }

  #end(observer: Observer, response: Response, reason: EndReason): void {
    if (!this.#forget(observer, reason)) return;
    this.counters.ended++;
    this.#send(observer, () => observer.sendLast(response));
  }

  /** @returns what the engine said; false where it could not send at all */
  #send<T>(observer: Observer, send: () => T): T | false {
    try {
      this.counters.notifications++;
      return send();
    } catch (err) {
      this.#log.error({ err, route: observer.route, peer: observer.peer.key }, "engine could not notify");
      return false;
    }
  }

  #lose(observer: Observer): void {
    const reason = this.#isReplaced(observer) ? "replaced" : "lost";
    if (this.#forget(observer, reason)) this.counters.lost++;
  }

  /** RFC 7641 §4.1: a registration takes the place of an older one with the same client and token. */
  #isReplaced({ ctx }: Observer): boolean {
    const newer = this.#registering;
    if (newer === undefined || newer.peer.key !== ctx.peer.key) return false;
    return Buffer.compare(newer.request.token, ctx.request.token) === 0;
  }

  #forget(observer: Observer, reason: EndReason): boolean {
    if (!this.#index.remove(observer)) return false;
    this.#call("onUnsubscribe", () => this.#events.onUnsubscribe?.(observer, reason));
    return true;
  }

  #call(callback: string, call: () => void): void {
    try {
      call();
    } catch (err) {
      this.#log.error({ err, callback }, "callback failed");
    }
  }
}
