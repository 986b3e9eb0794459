import { fail, ok, type Result } from "@coapkit/protocol";
import { Cursor, type Head, INDEFINITE, Info } from "./cursor.js";
import { REFUSED, type Refused } from "./malformed.js";
import { type DecodedMap, faultOf, withEntry } from "./map-entry.js";
import { bignum, floatOrSimple, negative } from "./scalars.js";

/** How CBOR is read. */
export interface DecodeCborOptions {
  /** Levels of arrays, maps and tags in each other; a scalar has none. */
  readonly maxDepth: number;
  /** What stands for a tagged item; bignums (tags 2 and 3) are bigints already. RFC 8949 §3.4. */
  tagged(tag: number, content: unknown): unknown;
  /** What stands for a float, for formats that tell 1.0 from 1; by default the number. RFC 8949 §3.3. */
  float?(value: number): unknown;
}

const Major = { Unsigned: 0, Negative: 1, Bytes: 2, Text: 3, Array: 4, Map: 5, Tag: 6 } as const;
const BREAK = 0xff;
const Tag = { PositiveBignum: 2, NegativeBignum: 3 } as const;

/**
 * Reads one data item that a peer sent, which has to be all of the payload. Every way to fail is a result whose reason
 * is short and repeats nothing of the payload. RFC 8949 §5.3.1
 */
export function decodeCbor(payload: Uint8Array, options: DecodeCborOptions): Result<unknown> {
  if (payload.length === 0) return fail("the payload is empty, CBOR was expected");
  const cursor = new Cursor(payload);
  const value = new ItemReader(cursor, options).read(0);
  if (value !== REFUSED && cursor.left > 0) cursor.unexpected("byte");
  return cursor.reason === "" ? ok(value) : fail(cursor.reason);
}

/** Reads items; the depth of its recursion is that of the payload, and limited. */
class ItemReader {
  readonly #cursor: Cursor;
  readonly #options: DecodeCborOptions;

  constructor(cursor: Cursor, options: DecodeCborOptions) {
    this.#cursor = cursor;
    this.#options = options;
  }

  /** @param depth levels that the item is in */
  read(depth: number): unknown | Refused {
    const cursor = this.#cursor;
    const start = cursor.position;
    const head = cursor.head();
    if (head === REFUSED) return REFUSED;
    const { major, argument } = head;
    if (major <= Major.Negative || major === Major.Tag) {
      if (argument === INDEFINITE) return cursor.unexpected("indefinite length", start);
      if (major === Major.Unsigned) return argument;
      if (major === Major.Negative) return negative(argument);
    }
    if (major === Major.Bytes) return argument === INDEFINITE ? this.#byteChunks() : cursor.take(argument);
    if (major === Major.Text) return argument === INDEFINITE ? this.#textChunks() : cursor.takeText(argument);
    if (major > Major.Tag) return this.#floatOrSimple(head);
    const { maxDepth } = this.#options;
    if (depth >= maxDepth) return cursor.refuse(`CBOR nested deeper than ${maxDepth} levels`);
    if (major === Major.Array) return this.#array(argument, depth + 1);
    if (major === Major.Map) return this.#map(argument, depth + 1);
    return this.#tagged(argument, depth + 1);
  }

  #floatOrSimple(head: Head): unknown | Refused {
    const value = floatOrSimple(head, this.#cursor);
    const { float } = this.#options;
    return typeof value === "number" && float !== undefined ? float(value) : value;
  }

  #array(count: number | bigint, depth: number): unknown[] | Refused {
    const items: unknown[] = [];
    if (count > this.#cursor.left) return this.#cursor.end(); // an item has a byte at least
    for (let i = 0; count === INDEFINITE ? !this.#takeBreak() : i < count; i++) {
      const item = this.read(depth);
      if (item === REFUSED) return REFUSED;
      items.push(item);
    }
    return items;
  }

  #map(count: number | bigint, depth: number): DecodedMap | Refused {
    const cursor = this.#cursor;
    let map: DecodedMap = {};
    if (count > cursor.left / 2) return cursor.end();
    for (let i = 0; count === INDEFINITE ? !this.#takeBreak() : i < count; i++) {
      const start = cursor.position;
      const key = this.read(depth);
      if (key === REFUSED) return REFUSED;
      const value = this.read(depth);
      if (value === REFUSED) return REFUSED;
      const fault = faultOf(map, key, value);
      if (fault !== undefined) return cursor.refuse(`${fault} at byte ${start}`);
      map = withEntry(map, key, value);
    }
    return map;
  }

  /** Bignums become what they stand for; the meaning of every other tag is the handler's business. RFC 8949 §3.4. */
  #tagged(tag: number | bigint, depth: number): unknown | Refused {
    if (typeof tag === "bigint") return this.#cursor.refuse("a tag is above 2^53 - 1");
    const content = this.read(depth);
    if (content === REFUSED) return REFUSED;
    if (tag === Tag.PositiveBignum || tag === Tag.NegativeBignum)
      return bignum(tag === Tag.NegativeBignum, content, this.#cursor);
    return this.#options.tagged(tag, content);
  }

  #byteChunks(): Uint8Array | Refused {
    const chunks: Uint8Array[] = [];
    while (!this.#takeBreak()) {
      const head = this.#chunkHead(Major.Bytes);
      const chunk = head === REFUSED ? REFUSED : this.#cursor.take(head.argument);
      if (chunk === REFUSED) return REFUSED;
      chunks.push(chunk);
    }
    return new Uint8Array(Buffer.concat(chunks));
  }

  /** Each chunk is a text of its own: no character may be split. RFC 8949 §3.2.3. */
  #textChunks(): string | Refused {
    const chunks: string[] = [];
    while (!this.#takeBreak()) {
      const head = this.#chunkHead(Major.Text);
      const chunk = head === REFUSED ? REFUSED : this.#cursor.takeText(head.argument);
      if (chunk === REFUSED) return REFUSED;
      chunks.push(chunk);
    }
    return chunks.join("");
  }

  #chunkHead(major: number): Head | Refused {
    const start = this.#cursor.position;
    const head = this.#cursor.head();
    if (head === REFUSED) return REFUSED;
    const isChunk = head.major === major && head.info !== Info.Indefinite;
    return isChunk ? head : this.#cursor.unexpected("item in a string of indefinite length", start);
  }

  #takeBreak(): boolean {
    const isBreak = this.#cursor.bytes[this.#cursor.position] === BREAK;
    if (isBreak) this.#cursor.position++;
    return isBreak;
  }
}
