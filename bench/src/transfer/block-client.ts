import { Code, ContentFormat, type OptionEntry, OptionNumber } from "@coapkit/protocol";
import type { Asker } from "../wire/exchange-socket.js";

/** What one transfer came to. */
export interface TransferResult {
  /** Blocks that were answered as they should be. */
  readonly blocks: number;
  readonly isWhole: boolean;
  /** 0 where every answer was right; a wrong one ends the transfer. */
  readonly wrong: 0 | 1;
}

/** Which transfer, and whether to give it up. */
export interface TransferSettings {
  readonly path: string;
  readonly body: Buffer;
  /** Of all blocks: npm coap knows by it what belongs together. */
  readonly token: number;
  /** Asked before each block. Default: it goes on to its end */
  readonly isOver?: (() => boolean) | undefined;
}

/** Bytes of a block: SZX 6, the largest. RFC 7959 §2.2. */
export const BLOCK_BYTES = 1024;
const SZX = 6;
const MORE = 0b1000;

/** The value of Block1 or Block2. RFC 7959 §2.2. */
export function blockValue(number: number, more: boolean): number {
  return number * 16 + (more ? MORE : 0) + SZX;
}

const NEVER = (): boolean => false;

/** Puts a body block by block, each after the answer to the one before. RFC 7959 §2.5. */
export async function upload(asker: Asker, settings: TransferSettings): Promise<TransferResult> {
  const { path, body, token, isOver = NEVER } = settings;
  const count = blocksOf(body);
  for (let number = 0; number < count; number++) {
    if (isOver()) return { blocks: number, isWhole: false, wrong: 0 };
    const more = number < count - 1;
    const options = [
      ...pathOptions(path),
      { number: OptionNumber.ContentFormat, value: ContentFormat.OctetStream },
      { number: OptionNumber.Block1, value: blockValue(number, more) },
    ];
    const payload = body.subarray(number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES);
    const { code } = await asker.ask({ code: Code.PUT, options, payload, token });
    const isRight = more ? code === Code.Continue : code === Code.Changed || code === Code.Created;
    if (!isRight) return { blocks: number, isWhole: false, wrong: 1 };
  }
  return { blocks: count, isWhole: true, wrong: 0 };
}

/** Gets a body block by block and compares each with what it must be. RFC 7959 §2.4. */
export async function download(asker: Asker, settings: TransferSettings): Promise<TransferResult> {
  const { path, body, token, isOver = NEVER } = settings;
  const count = blocksOf(body);
  for (let number = 0; number < count; number++) {
    if (isOver()) return { blocks: number, isWhole: false, wrong: 0 };
    const options = [...pathOptions(path), { number: OptionNumber.Block2, value: blockValue(number, false) }];
    const reply = await asker.ask({ code: Code.GET, options, token });
    const expected = body.subarray(number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES);
    const isRight =
      reply.code === Code.Content &&
      reply.options.uint(OptionNumber.Block2) === blockValue(number, number < count - 1) &&
      expected.equals(reply.payload);
    if (!isRight) return { blocks: number, isWhole: false, wrong: 1 };
  }
  return { blocks: count, isWhole: true, wrong: 0 };
}

/** Uri-Path of a path without percent-encoding. */
export function pathOptions(path: string): readonly OptionEntry[] {
  const segments = path.split("/").filter((segment) => segment !== "");
  return segments.map((value) => ({ number: OptionNumber.UriPath, value }));
}

function blocksOf(body: Uint8Array): number {
  return Math.ceil(body.length / BLOCK_BYTES);
}
