import { Code, OptionNumber } from "@coapkit/protocol";
import { MessageType } from "../load/message.js";
import type { Reply } from "../wire/client-message.js";

/** The text of the value after a number of changes. */
export function valueText(change: number): string {
  return `value ${change}`;
}

/** What all observers of a run have been told. */
export class Crowd {
  /** Last change that each observer was told of. */
  readonly #told: Int32Array;
  #newest = 0;
  #waiting = 0;
  #onAllTold: (() => void) | undefined;
  /** When an observer last got the newest value, by `performance.now()`. */
  lastNewsMs = 0;
  notifications = 0;
  confirmable = 0;
  wrong = 0;

  constructor(size: number) {
    this.#told = new Int32Array(size);
  }

  /** Observers that lack the newest value. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Begins the next change. @returns a promise that resolves when every observer has its value */
  expectNext(): Promise<void> {
    this.#newest++;
    this.#waiting = this.#told.length;
    return new Promise((resolve) => {
      this.#onAllTold = resolve;
    });
  }

  /** From now on every notification is wrong. */
  expectNone(): void {
    this.#newest = -1;
  }

  /** Takes a notification to one observer. An earlier value is right, but not what it waits for. */
  tell(observer: number, { code, type, options, payload }: Reply): void {
    this.notifications++;
    if (type === MessageType.CON) this.confirmable++;
    const change = code === Code.Content && options.has(OptionNumber.Observe) ? changeOf(payload) : Number.NaN;
    if (!(change >= 0 && change <= this.#newest)) {
      this.wrong++;
      return;
    }
    const isNews = change === this.#newest && this.#told[observer] !== change;
    if (!isNews) return;
    this.#told[observer] = change;
    this.lastNewsMs = performance.now();
    this.#waiting--;
    if (this.#waiting === 0) this.#onAllTold?.();
  }
}

const PREFIX = valueText(0).slice(0, -1);

function changeOf(payload: Uint8Array): number {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("latin1");
  return text.startsWith(PREFIX) ? Number.parseInt(text.slice(PREFIX.length), 10) : Number.NaN;
}
