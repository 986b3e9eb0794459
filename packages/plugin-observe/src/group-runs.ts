import type { Logger, PluginHost, RepeatHandler, RequestContext } from "@coapkit/core";
import { isSuccessCode } from "@coapkit/protocol";
import type { Sample } from "./conditions/notification-gate.js";
import type { SampledValue, ValueFrom } from "./conditions/sampled-value.js";
import type { Feed } from "./feed/feed.js";
import type { Feeds } from "./feed/feeds.js";
import { isSeries } from "./feed/series.js";
import type { ObserveCounters } from "./observe-counters.js";
import type { ObserverGroup } from "./observer-group.js";

/** What runs need. */
export interface RunSettings {
  readonly repeat: PluginHost["repeat"];
  readonly log: Logger;
  readonly counters: ObserveCounters;
  readonly feeds: Feeds;
  /** How the value that conditions look at is found, for the route of a group. */
  valueFrom(group: ObserverGroup): ValueFrom;
  /** Takes what a run has brought. */
  onSample(group: ObserverGroup, sample: Sample): void;
}

/**
 * Runs handlers for groups of observers: one run for each group at a time, and one more for changes that come during it.
 */
export class GroupRuns {
  readonly #settings: RunSettings;
  #isClosed = false;

  constructor(settings: RunSettings) {
    this.#settings = settings;
  }

  /** Tells a group of a change that the app reports. */
  report(group: ObserverGroup): void {
    group.isReported = true;
    this.tell(group);
  }

  /** Tells a group of a change. The run starts when the caller is done, so that a response goes out before its notifications. */
  tell(group: ObserverGroup): void {
    group.isChanged = true;
    if (group.isBusy) {
      group.isStale ||= group.hasStarted;
      this.#settings.counters.coalesced++;
      return;
    }
    this.#begin(group);
  }

  /** Has a look at what a group observes; a run that is under way will do. */
  sample(group: ObserverGroup): void {
    if (!group.isBusy) this.#begin(group);
  }

  /** Keeps what a series gives going to its group. */
  follow(group: ObserverGroup, feed: NonNullable<ObserverGroup["feed"]>): void {
    if (group.feed === feed) return;
    feed.retain();
    group.feed?.release();
    group.feed = feed;
    group.failure = undefined;
    feed.attach({
      onValue: () => {
        if (group.feed === feed) this.tell(group);
      },
      onError: (error) => {
        if (group.feed !== feed) return;
        group.failure = { error };
        this.tell(group);
      },
    });
  }

  /** Starts nothing any more. */
  close(): void {
    this.#isClosed = true;
  }

  #begin(group: ObserverGroup): void {
    group.isBusy = true;
    queueMicrotask(() => this.#start(group));
  }

  #start(group: ObserverGroup): void {
    void this.#run(group);
  }

  async #run(group: ObserverGroup): Promise<void> {
    const [observer] = group.observers;
    group.hasStarted = true;
    try {
      if (observer !== undefined && !this.#isClosed) await this.#encode(group, observer.request);
    } catch (err) {
      this.#settings.log.error({ err, path: observer?.path }, "notification failed");
    }
    const { isStale } = group;
    group.isStale = false;
    group.hasStarted = false;
    group.isBusy = isStale;
    // A handler that reports changes of its own resource must not keep the process from everything else.
    if (isStale) setImmediate(() => this.#start(group));
  }

  async #encode(group: ObserverGroup, request: RequestContext["request"]): Promise<void> {
    const { counters, repeat, onSample } = this.#settings;
    const { isChanged } = group;
    const handler = this.#handlerOf(group);
    group.isChanged = false;
    group.isReported = false;
    let result: unknown;
    counters.encodings++;
    const response = await repeat({ request }, (ctx, original) =>
      settle(handler(ctx, original), (settled) => {
        result = settled;
        return settled;
      }),
    );
    if (this.#isClosed) return;
    const isOther = group.isConditional && group.remember(response);
    const value = group.isConditional && isSuccessCode(response.code) ? this.#valueOf(group, result) : undefined;
    onSample(group, { response, value, isNews: isChanged || isOther });
  }

  /** No value where the app's function throws: its conditions then take the representation for news. */
  #valueOf(group: ObserverGroup, result: unknown): SampledValue {
    try {
      return result === undefined ? undefined : this.#settings.valueFrom(group)(result);
    } catch (err) {
      const [observer] = group.observers;
      this.#settings.log.error({ err, route: observer?.route }, "valueFrom failed");
      return undefined;
    }
  }

  /** What gives the value: the series as long as there is one, else the handler. */
  #handlerOf(group: ObserverGroup): RepeatHandler {
    const { feed, failure, isReported } = group;
    if (failure !== undefined) {
      return () => {
        throw failure.error;
      };
    }
    if (feed !== undefined && (feed.isRunning || !isReported)) return () => feed.current();
    return (ctx, handler) =>
      settle(handler(ctx), (result) => (isSeries(result) ? this.#followNew(group, ctx, result) : result));
  }

  /** The handler has given a series for a notification, the one before having ended, or for the first time. */
  async #followNew(group: ObserverGroup, ctx: RequestContext, series: AsyncIterable<unknown>): Promise<unknown> {
    const [observer] = group.observers;
    const feed = this.#settings.feeds.open(`${observer?.path}\n${observer?.key}`, series, ctx);
    const release = retainOnce(feed);
    // A series that gives nothing within the run's time is given up, so that it keeps nobody from a new one.
    ctx.signal.addEventListener("abort", release, { once: true });
    try {
      const value = await feed.current();
      if (group.observers.size > 0 && !ctx.signal.aborted) this.follow(group, feed);
      return value;
    } finally {
      ctx.signal.removeEventListener("abort", release);
      release();
    }
  }
}

/** @returns what releases the feed, once */
function retainOnce(feed: Feed): () => void {
  let isRetained = true;
  feed.retain();
  return () => {
    if (isRetained) feed.release();
    isRetained = false;
  };
}

/** Goes on with a value at once, with a promise, or anything with a `then`, when it settles. */
function settle(value: unknown, next: (value: unknown) => unknown): unknown {
  const isPromise = typeof (value as PromiseLike<unknown> | undefined | null)?.then === "function";
  return isPromise ? (value as PromiseLike<unknown>).then(next) : next(value);
}
