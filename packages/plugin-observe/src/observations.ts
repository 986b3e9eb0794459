import { type Clock, Code, type Logger, type PluginHost, type RequestContext, type Response } from "@coapkit/core";
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
  readonly index: ObserverIndex;
  readonly runs: GroupRuns;
  readonly feeds: Feeds;
  readonly #deadlines: Deadlines<Observer>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #events: ObservationEvents;
  /** Settings by group, as long as it has observers. */
  readonly #settings = new WeakMap<ObserverGroup, ObserveSettings>();
  #isClosed = false;

  constructor(
    { repeat, log, clock }: Pick<PluginHost, "repeat" | "log" | "clock">,
    options: ObservationEvents & ObserverLimits,
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#events = options;
    this.index = new ObserverIndex(options);
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

  /** Files an observer whose registration has been answered. */
  add(observer: Observer, { exchange }: RequestContext, settings: ObserveSettings, first: Response): ObserverGroup {
    const group = this.index.add(observer);
    this.#settings.set(group, settings);
    this.counters.registrations++;
    if (observer.gate !== undefined) {
      group.remember(first);
      this.#deadlines.update(observer);
    }
    exchange.onInterestLost((reason) => this.#lose(observer, reason));
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

  #tell(group: ObserverGroup, sample: Sample): void {
    const { response } = sample;
    for (const observer of [...group.observers]) {
      if (!isSuccessCode(response.code)) this.#end(observer, response, "error");
      else if (observer.isOtherFormat(response)) this.#end(observer, FORMAT_CHANGED, "format");
      else if (observer.gate === undefined) {
        if (sample.isNews) this.#notify(observer, response);
      } else if (sample.isNews || observer.gate.isAwaiting) this.#offer(observer, sample);
    }
  }

  #offer(observer: Observer, sample: Sample): void {
    const released = observer.gate?.offer(sample, this.#clock.nowMs());
    if (released === undefined) this.counters.withheld++;
    else this.#notify(observer, released.response);
    if (this.index.groupOf(observer)?.observers.has(observer)) this.#deadlines.update(observer);
  }

  #expire(observer: Observer): void {
    const group = this.index.groupOf(observer);
    if (group === undefined) return;
    const due = observer.gate?.expire(this.#clock.nowMs());
    if (due === "sample") this.runs.sample(group);
    else if (due !== undefined) this.#notify(observer, due.response);
    if (group.observers.has(observer)) this.#deadlines.update(observer);
  }

  #notify(observer: Observer, response: Response): void {
    const nowMs = this.#clock.nowMs();
    if (!this.#send(observer, () => observer.send(response, nowMs))) this.#lose(observer, "unsendable");
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
    if (group.observers.size === 0) {
      group.feed?.release();
      group.feed = undefined;
    }
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
