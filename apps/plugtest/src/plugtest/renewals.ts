import { Injectable, inject, type OnClose, type OnReady, token } from "@coapkit/core";

/** Period of the resources that change by themselves, in milliseconds. */
export const NOTIFY_INTERVAL_MS = token<number>("@coapkit/plugtest/notify-interval-ms");

/** Renews the resources that change by themselves, while the app runs. */
@Injectable()
export class Renewals implements OnReady, OnClose {
  /** Max-Age in seconds of what is renewed. */
  readonly maxAgeS: number;
  readonly #callbacks: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(@inject(NOTIFY_INTERVAL_MS) private readonly intervalMs: number) {
    this.maxAgeS = Math.ceil(intervalMs / 1_000);
  }

  /** Calls back at each renewal. */
  each(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  onReady(): void {
    this.#timer = setInterval(() => {
      for (const callback of this.#callbacks) callback();
    }, this.intervalMs);
  }

  onClose(): void {
    clearInterval(this.#timer);
  }
}
