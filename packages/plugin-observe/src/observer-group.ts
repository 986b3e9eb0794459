import { createHash } from "node:crypto";
import type { Response } from "@coapkit/core";
import type { Feed } from "./feed/feed.js";
import type { Observer } from "./observer.js";

/** Observers that one encoding serves. */
export class ObserverGroup {
  readonly observers = new Set<Observer>();
  /** The values to come, where the handler gave a series. */
  feed: Feed | undefined;
  /** What the series has thrown: tells everybody that it is over. */
  failure: { readonly error: unknown } | undefined;
  /** Whether a run of the handler is under way, or about to start. */
  isBusy = false;
  /** Whether the run under way has read something since. */
  hasStarted = false;
  /** Whether there was a change that the run under way may have missed. */
  isStale = false;
  /** Whether the next run is for a change, and not only to have a look. */
  isChanged = false;
  /** Whether the app has said so, and not a series of values. */
  isReported = false;
  /** Whether one of its observers has conditions, so that samples have to be compared. */
  isConditional = false;
  #fingerprint: string | undefined;

  /** Keeps which representation is the current one. @returns whether it is another one than before */
  remember({ code, contentFormat, payload }: Response): boolean {
    const fingerprint = createHash("sha256").update(`${code} ${contentFormat}\n`).update(payload).digest("base64");
    const isOther = this.#fingerprint !== undefined && this.#fingerprint !== fingerprint;
    this.#fingerprint = fingerprint;
    return isOther;
  }
}
