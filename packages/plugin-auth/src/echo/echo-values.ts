import { createHmac, timingSafeEqual } from "node:crypto";

const TIME_BYTES = 6;
const COUNT_BYTES = 4;
const MARK_BYTES = TIME_BYTES + COUNT_BYTES;
/** Of the HMAC; RFC 9175 §5 wants 64 bits at least. */
const MAC_BYTES = 12;
const ECHO_BYTES = MARK_BYTES + MAC_BYTES;

/**
 * Makes and reads Echo values that need no memory: a clock reading and a count, which makes each value unique, with an
 * HMAC over them and the peer it was given to. RFC 9175 §2.2, Appendix A.
 */
export class EchoValues {
  readonly #key: Uint8Array;
  readonly #windowMs: number;
  #count = 0;

  constructor(key: Uint8Array, windowMs: number) {
    this.#key = key;
    this.#windowMs = windowMs;
  }

  make(peerKey: string, nowMs: number): Uint8Array {
    const value = Buffer.alloc(ECHO_BYTES);
    this.#count = (this.#count + 1) >>> 0;
    value.writeUIntBE(Math.floor(nowMs), 0, TIME_BYTES);
    value.writeUInt32BE(this.#count, TIME_BYTES);
    this.#mac(value.subarray(0, MARK_BYTES), peerKey).copy(value, MARK_BYTES);
    return value;
  }

  /** Whether a value was made for the peer within the window; any bytes will do to ask. */
  isFresh(value: Uint8Array | undefined, peerKey: string, nowMs: number): boolean {
    if (value?.length !== ECHO_BYTES) return false;
    const bytes = Buffer.from(value);
    const mark = bytes.subarray(0, MARK_BYTES);
    if (!timingSafeEqual(this.#mac(mark, peerKey), bytes.subarray(MARK_BYTES))) return false;
    return nowMs - mark.readUIntBE(0, TIME_BYTES) <= this.#windowMs;
  }

  #mac(mark: Uint8Array, peerKey: string): Buffer {
    return createHmac("sha256", this.#key).update(mark).update(peerKey).digest().subarray(0, MAC_BYTES);
  }
}
