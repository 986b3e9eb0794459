import type { Logger, RequestContext } from "@coapkit/core";
import { Feed } from "./feed.js";

/** The feeds of one app that run, by path and representation: as many as groups of observers, and requests in flight. */
export class Feeds {
  readonly #log: Logger;
  readonly #running = new Map<string, Feed>();

  constructor(log: Logger) {
    this.#log = log;
  }

  get size(): number {
    return this.#running.size;
  }

  /** The feed that runs under this key, or a new one of this series. The caller retains it. */
  open(key: string, series: AsyncIterable<unknown>, ctx: RequestContext): Feed {
    const running = this.#running.get(key);
    if (running !== undefined) {
      running.decline(series);
      return running;
    }
    const feed = new Feed(series, ctx, {
      log: this.#log,
      onStop: (stopped) => {
        if (this.#running.get(key) === stopped) this.#running.delete(key);
      },
    });
    if (feed.isRunning) this.#running.set(key, feed);
    return feed;
  }
}
