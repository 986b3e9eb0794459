import { REFUSED, type Refused } from "./malformed.js";

/** What the first bytes of an item say. RFC 8949 §3. */
export interface Head {
  readonly major: number;
  readonly info: number;
  /** Length, count, tag or integer; a bigint above 2^53 - 1; -1 for an indefinite length. Not used for floats. */
  readonly argument: number | bigint;
}

/** Additional information: the argument follows in 1, 2, 4 or 8 bytes; there is none, RFC 8949 §3. */
export const Info = { OneByte: 24, TwoBytes: 25, FourBytes: 26, EightBytes: 27, Indefinite: 31 } as const;
const FLOAT_OR_SIMPLE = 7;
/** Argument of an item of indefinite length. */
export const INDEFINITE = -1;

const SHORT = 32;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A place in a payload, and why it is refused once it is. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position = 0;
  reason = "";

  constructor(payload: Uint8Array) {
    // Of a Buffer, so that slices are copies.
    this.bytes = new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  refuse(reason: string): Refused {
    this.reason = reason;
    return REFUSED;
  }

  /** Something at `position` that must not be there. */
  unexpected(what: string, position = this.position): Refused {
    return this.refuse(`malformed CBOR: unexpected ${what} at byte ${position}`);
  }

  end(): Refused {
    return this.unexpected("end", this.bytes.length);
  }

  head(): Head | Refused {
    const first = this.bytes[this.position];
    if (first === undefined) return this.end();
    const major = first >> 5;
    const info = first & 0x1f;
    if (info > Info.EightBytes && info < Info.Indefinite) return this.unexpected("reserved value");
    const length = info < Info.OneByte || info === Info.Indefinite ? 0 : 1 << (info - Info.OneByte);
    if (this.left < 1 + length) return this.end();
    const isFloat = major === FLOAT_OR_SIMPLE && info > Info.OneByte && info < Info.Indefinite;
    const argument = info < Info.OneByte || isFloat ? info : this.#argument(info, this.position + 1);
    this.position += 1 + length;
    return { major, info, argument };
  }

  /** A copy of the next bytes. Nothing is allocated for a length that the payload does not have. */
  take(length: number | bigint): Uint8Array | Refused {
    if (length > this.left) return this.end();
    const start = this.position;
    this.position += Number(length);
    return this.bytes.slice(start, this.position);
  }

  takeText(length: number | bigint): string | Refused {
    if (length > this.left) return this.end();
    const start = this.position;
    this.position += Number(length);
    if (length < SHORT) {
      const text = this.#ascii(start);
      if (text !== undefined) return text;
    }
    try {
      return utf8.decode(this.bytes.subarray(start, this.position));
    } catch {
      return this.refuse(`the text at byte ${start} is not UTF-8`);
    }
  }

  /** The bytes from `start` to here as text, where all are ASCII: for names of members faster than a TextDecoder. */
  #ascii(start: number): string | undefined {
    let text = "";
    for (let i = start; i < this.position; i++) {
      const byte = this.bytes[i] as number;
      if (byte > 0x7f) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #argument(info: number, at: number): number | bigint {
    if (info === Info.OneByte) return this.view.getUint8(at);
    if (info === Info.TwoBytes) return this.view.getUint16(at);
    if (info === Info.FourBytes) return this.view.getUint32(at);
    if (info === Info.Indefinite) return INDEFINITE;
    const argument = this.view.getBigUint64(at);
    return argument <= Number.MAX_SAFE_INTEGER ? Number(argument) : argument;
  }
}
