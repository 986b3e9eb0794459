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
  /** When an observer last got the newest value, else when it was set, by `performance.now()`. */
  lastNewsMs = 0;
  /** Values that were news to their observer. */
  notifications = 0;
  confirmable = 0;
  repeated = 0;
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
    this.lastNewsMs = performance.now();
    this.#waiting = this.#told.length;
    return new Promise((resolve) => {
      this.#onAllTold = resolve;
    });
  }

  /**
   * Takes a notification to one observer. What it has or is older is a repetition, as of a confirmable message whose
   * acknowledgement was lost (RFC 7252 §4.2): right, but nothing new. A value that is not expected yet is wrong.
   */
  tell(observer: number, { code, type, options, payload }: Reply): void {
    const change = code === Code.Content && options.has(OptionNumber.Observe) ? changeOf(payload) : Number.NaN;
    const told = this.#told[observer] as number;
    if (!(change >= 0 && change <= this.#newest)) {
      this.wrong++;
      return;
    }
    if (change <= told) {
      this.repeated++;
      return;
    }
    this.notifications++;
    if (type === MessageType.CON) this.confirmable++;
    this.#told[observer] = change;
    if (change === this.#newest) this.#countOff();
  }

  #countOff(): void {
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
