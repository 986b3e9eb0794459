import { Injectable, type OnClose, type OnReady } from "@coapkit/core";

const SECOND_MS = 1_000;

/** A counter that goes up every second while the app runs. */
@Injectable()
export class Seconds implements OnReady, OnClose {
  #count = 0;
  readonly #callbacks: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  get count(): number {
    return this.#count;
  }

  /** Calls back every second. */
  each(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  onReady(): void {
    this.#timer = setInterval(() => {
      this.#count++;
      for (const callback of this.#callbacks) callback();
    }, SECOND_MS);
  }

  onClose(): void {
    clearInterval(this.#timer);
  }
}
