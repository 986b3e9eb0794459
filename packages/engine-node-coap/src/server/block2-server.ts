import { createHash } from "node:crypto";
import type { Response } from "@coapkit/core";
import { Code, isSafeMethod, isSuccessCode, OptionNumber } from "@coapkit/protocol";
import type { WireAnswer } from "../coap/coap-internals.js";
import { type BlockOption, blockBytes, blockEntry, readBlock } from "../message/block-option.js";
import type { Message } from "../message/message.js";
import type { Origin } from "./origin.js";
import { plainResponse } from "./plain-response.js";
import { transferKey } from "./transfer-key.js";
import type { TransferTable } from "./transfer-table.js";
import { wire, withoutOwnOptions } from "./wire.js";

const ETAG_BYTES = 8;

/** Cuts large bodies into blocks and keeps them, so that a client sees one representation. RFC 7959 §2.4. */
export class Block2Server {
  readonly #downloads: TransferTable<WireAnswer>;
  readonly #maxSzx: number;

  constructor(downloads: TransferTable<WireAnswer>, maxSzx: number) {
    this.#downloads = downloads;
    this.#maxSzx = maxSzx;
  }

  /**
   * The answer to a request for a later block, where the engine has one. Without a stored body a safe request runs again;
   * npm coap runs any request again, a POST among them, when the token differs.
   */
  continue(message: Message, origin: Origin): WireAnswer | undefined {
    const block = readBlock(message.options, OptionNumber.Block2);
    if (block === undefined) return undefined;
    if (block.szx > 6) return wire(plainResponse(Code.BadRequest, "Block2 uses the reserved size 7.")); // §2.2
    if (block.num === 0) return undefined;
    const stored = this.#downloads.get(transferKey(origin.key, message.code, message.options));
    if (stored !== undefined) return this.#cut(stored, block, message);
    if (isSafeMethod(message.code)) return undefined;
    return wire(plainResponse(Code.RequestEntityIncomplete, "The body is gone; send the request again."));
  }

  /** The message that answers the request: the whole body, or the block that it asks for. */
  prepare(response: Response, message: Message, origin: Origin): WireAnswer {
    const whole = withoutOwnOptions(wire(response));
    const block = readBlock(message.options, OptionNumber.Block2);
    const szx = Math.min(block?.szx ?? this.#maxSzx, this.#maxSzx);
    const num = isSuccessCode(response.code) ? (block?.num ?? 0) : 0;
    if (num === 0 && whole.payload.length <= blockBytes(szx)) return whole;
    const tagged = isSuccessCode(response.code) ? withEtag(whole) : whole;
    const kept = { ...tagged, payload: Buffer.from(tagged.payload) };
    this.#downloads.put(transferKey(origin.key, message.code, message.options), origin.key, kept, kept.payload.length);
    return this.#cut(kept, { num, szx: block?.szx ?? szx, more: false }, message);
  }

  #cut(body: WireAnswer, asked: BlockOption, message: Message): WireAnswer {
    const offset = asked.num * blockBytes(asked.szx);
    if (offset >= body.payload.length && offset > 0) {
      return wire(plainResponse(Code.BadRequest, "Block2 lies behind the end of the body."));
    }
    const szx = Math.min(asked.szx, this.#maxSzx);
    const payload = body.payload.subarray(offset, offset + blockBytes(szx));
    const block = { num: offset / blockBytes(szx), szx, more: offset + payload.length < body.payload.length };
    const options = [...body.options, blockEntry(OptionNumber.Block2, block)];
    if (message.options.has(OptionNumber.Size2))
      options.push({ number: OptionNumber.Size2, value: body.payload.length });
    return { code: body.code, options, payload };
  }
}

/** So that a client notices when the representation changes between two blocks. RFC 7959 §2.4. */
function withEtag(answer: WireAnswer): WireAnswer {
  if (answer.options.some(({ number }) => number === OptionNumber.ETag)) return answer;
  const value = createHash("sha1").update(answer.payload).digest().subarray(0, ETAG_BYTES);
  return { ...answer, options: [...answer.options, { number: OptionNumber.ETag, value }] };
}
