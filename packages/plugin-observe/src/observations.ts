import { type Clock, Code, type Logger, type PluginHost, type Response } from "@coapkit/core";
import { isSuccessCode } from "@coapkit/protocol";
import { Deadlines } from "./conditions/deadlines.js";
import type { Sample } from "./conditions/notification-gate.js";
import type { EndReason } from "./end-reason.js";
import { Feeds } from "./feed/feeds.js";
import { GroupRuns } from "./group-runs.js";
import { ObserveCounters } from "./observe-counters.js";
import type { ObserveSettings } from "./observe-settings.js";
import type { Observer, ObserverRelation } from "./observer.js";
import type { ObserverGroup } from "./observer-group.js";
import { ObserverIndex, type ObserverLimits } from "./observer-index.js";
import type { ObservationStore } from "./store/observation-store.js";
import { StoreWriter } from "./store/store-writer.js";
import { idOf, isStorable, storedRelation } from "./store/stored-relation.js";

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

/** Notifications after which a relation is saved again, for its Observe value. */
const SAVE_EVERY = 256;
/** Changes that wait for the store: what relations there are, and as many that have gone. */
const WAITING_PER_OBSERVER = 2;

/** The observers of one app: who they are, and how they are told. RFC 7641 §4. */
export class Observations {
  readonly counters = new ObserveCounters();
  readonly index: ObserverIndex;
  readonly runs: GroupRuns;
  readonly feeds: Feeds;
  /** Keeps relations for another life of the app. */
  readonly writer: StoreWriter | undefined;
  readonly #deadlines: Deadlines<Observer>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #events: ObservationEvents;
  /** Settings by group, as long as it has observers. */
  readonly #settings = new WeakMap<ObserverGroup, ObserveSettings>();
  #isClosed = false;

  constructor(
    { repeat, log, clock }: Pick<PluginHost, "repeat" | "log" | "clock">,
    options: ObservationEvents & ObserverLimits & { readonly store: ObservationStore | undefined },
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#events = options;
    this.index = new ObserverIndex(options);
    const limit = WAITING_PER_OBSERVER * options.observers;
    this.writer = options.store && new StoreWriter(options.store, { log, clock, limit });
    this.feeds = new Feeds(log);
    this.#deadlines = new Deadlines(clock, (observer) => this.#expire(observer));
    this.runs = new GroupRuns({
      repeat,
      log,
      counters: this.counters,
      feeds: this.feeds,
      valueFrom: (group) => (this.#settings.get(group) as ObserveSettings).valueFrom,
      onSample: (group, sample) => this.#tell(group, sample),
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many deadlines wait: one for each relation with conditions at most. */
  get deadlines(): number {
    return this.#deadlines.size;
  }

  /** Files an observer. @param first what its registration was answered with */
  add(observer: Observer, settings: ObserveSettings, first?: Response): ObserverGroup {
    const group = this.index.add(observer);
    this.#settings.set(group, settings);
    this.#save(observer);
    if (observer.gate !== undefined) {
      group.isConditional = true;
      if (first !== undefined) group.remember(first);
      this.#deadlines.update(observer);
    }
    observer.exchange.onInterestLost((reason) => this.#lose(observer, reason));
    this.#call("onSubscribe", () => this.#events.onSubscribe?.(observer));
    return group;
  }

  /** Ends the relations of a path with an error. @returns how many there were */
  end(path: string, response: Response): number {
    const observers = this.index.observersOf(path);
    for (const observer of observers) this.#end(observer, response, "ended");
    return observers.length;
  }

  /** Forgets everybody. */
  close(): void {
    this.#isClosed = true;
    this.runs.close();
    for (const observer of this.index.all()) this.#forget(observer, "closed");
  }

  /** The store keeps what ends with the app alone. */
  #save(observer: Observer): void {
    if (isStorable(observer.request)) this.writer?.save(storedRelation(observer));
  }

  #tell(group: ObserverGroup, sample: Sample): void {
    const { response } = sample;
    const nowMs = this.#clock.nowMs();
    for (const observer of [...group.observers]) {
      if (!group.observers.has(observer)) continue; // a callback has ended it
      if (!isSuccessCode(response.code)) this.#end(observer, response, "error");
      else if (observer.isOtherFormat(response)) this.#end(observer, FORMAT_CHANGED, "format");
      else if (observer.gate === undefined) {
        if (sample.isNews) this.#notify(observer, response, nowMs);
      } else if (sample.isNews || observer.gate.isAwaiting) this.#offer(observer, sample, nowMs);
    }
  }

  #offer(observer: Observer, sample: Sample, nowMs: number): void {
    const released = observer.gate?.offer(sample, nowMs);
    if (released === undefined) this.counters.withheld++;
    else this.#notify(observer, released.response, nowMs);
    if (this.index.groupOf(observer)?.observers.has(observer)) this.#deadlines.update(observer);
  }

  #expire(observer: Observer): void {
    const group = this.index.groupOf(observer);
    if (group === undefined) return;
    const nowMs = this.#clock.nowMs();
    const due = observer.gate?.expire(nowMs);
    if (due === "sample") this.runs.sample(group);
    else if (due !== undefined) this.#notify(observer, due.response, nowMs);
    if (group.observers.has(observer)) this.#deadlines.update(observer);
  }

  #notify(observer: Observer, response: Response, nowMs: number): void {
    if (!this.#send(observer, () => observer.send(response, nowMs))) this.#lose(observer, "unsendable");
    else if (observer.sequence % SAVE_EVERY === 0) this.#save(observer);
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

  #lose(observer: Observer, reason: EndReason): void {
    if (this.#forget(observer, reason)) this.counters.lost++;
  }

  #forget(observer: Observer, reason: EndReason): boolean {
    const group = this.index.remove(observer);
    if (group === undefined) return false;
    this.#deadlines.remove(observer);
    if (reason !== "closed" && isStorable(observer.request)) this.writer?.delete(idOf(observer));
    if (group.observers.size === 0) {
      group.feed?.release();
      group.feed = undefined;
    }
    this.#call("onUnsubscribe", () => this.#events.onUnsubscribe?.(observer, reason));
    return true;
  }

  /** Callbacks may be async functions, too; nobody waits for them. */
  #call(callback: string, call: () => unknown): void {
    const fail = (err: unknown) => this.#log.error({ err, callback }, "callback failed");
    try {
      Promise.resolve(call()).catch(fail);
    } catch (err) {
      fail(err);
    }
  }
}
