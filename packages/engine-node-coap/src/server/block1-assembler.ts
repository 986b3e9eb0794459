import type { Response } from "@coapkit/core";
import { Code, type OptionEntry, OptionNumber, type OptionsView } from "@coapkit/protocol";
import type { Counters } from "../counters.js";
import { type BlockOption, blockBytes, blockEntry, MAX_SZX, readBlock } from "../message/block-option.js";
import type { Message } from "../message/message.js";
import type { Origin } from "./origin.js";
import { plainResponse, tooLarge } from "./plain-response.js";
import { transferKey } from "./transfer-key.js";
import type { TransferTable } from "./transfer-table.js";

/** A body under way. */
export interface Upload {
  readonly blocks: Uint8Array[];
  bytes: number;
}

/** A whole body with the options its response must carry, or an answer to a block or to a body that is refused. */
export type Block1Step =
  | { readonly isWhole: true; readonly payload: Uint8Array; readonly options: readonly OptionEntry[] }
  | { readonly isWhole: false; readonly answer: Response };

/** Assembles request bodies whatever tokens their blocks carry; npm coap goes by the token. RFC 7959 §2.5. */
export class Block1Assembler {
  readonly #uploads: TransferTable<Upload>;
  readonly #counters: Counters;
  readonly #bodyLimitBytes: (method: number, options: OptionsView) => number;

  constructor(
    uploads: TransferTable<Upload>,
    counters: Counters,
    bodyLimitBytes: (method: number, options: OptionsView) => number,
  ) {
    this.#uploads = uploads;
    this.#counters = counters;
    this.#bodyLimitBytes = bodyLimitBytes;
  }

  step(message: Message, origin: Origin): Block1Step {
    const { code, options, payload } = message;
    const block = readBlock(options, OptionNumber.Block1);
    if (block === undefined && payload.length === 0) return { isWhole: true, payload, options: [] };
    const limitBytes = this.#bodyLimitBytes(code, options);
    if (limitBytes < 0) return { isWhole: true, payload, options: [] };
    if (block === undefined) {
      return payload.length > limitBytes ? this.#refuse(limitBytes) : { isWhole: true, payload, options: [] };
    }
    if (block.szx > MAX_SZX) return answer(plainResponse(Code.BadRequest, "Block1 uses the reserved size 7.")); // §2.2
    return this.#take(block, payload, transferKey(origin.key, code, options), origin, {
      limitBytes,
      announcedBytes: options.uint(OptionNumber.Size1) ?? 0,
    });
  }

  #take(
    block: BlockOption,
    payload: Uint8Array,
    key: string,
    origin: Origin,
    size: { readonly limitBytes: number; readonly announcedBytes: number },
  ): Block1Step {
    const echo = [blockEntry(OptionNumber.Block1, block)];
    const offset = block.num * blockBytes(block.szx);
    const upload = offset === 0 ? { blocks: [], bytes: 0 } : this.#uploads.get(key);
    if (Math.max(offset + payload.length, size.announcedBytes) > size.limitBytes) {
      this.#uploads.delete(key);
      return this.#refuse(size.limitBytes, echo);
    }
    const isCut = block.more && payload.length !== blockBytes(block.szx);
    if (isCut || payload.length > blockBytes(block.szx)) {
      return answer(plainResponse(Code.BadRequest, "The payload is not as long as Block1 says.", echo));
    }
    if (upload === undefined || upload.bytes !== offset) return this.#lose(key, echo);
    upload.blocks.push(payload.slice());
    upload.bytes += payload.length;
    if (!block.more) return this.#finish(key, upload.blocks, echo);
    if (!this.#uploads.put(key, origin.key, upload, upload.bytes)) return this.#refuse(offset, echo);
    return answer(plainResponse(Code.Continue, "", echo));
  }

  #finish(key: string, blocks: readonly Uint8Array[], options: readonly OptionEntry[]): Block1Step {
    this.#uploads.delete(key);
    return { isWhole: true, payload: Buffer.concat(blocks), options };
  }

  #lose(key: string, echo: readonly OptionEntry[]): Block1Step {
    this.#uploads.delete(key);
    this.#counters.add("bodiesIncomplete");
    return answer(plainResponse(Code.RequestEntityIncomplete, "A block is missing; start again.", echo)); // §2.9.2
  }

  #refuse(limitBytes: number, echo: readonly OptionEntry[] = []): Block1Step {
    this.#counters.add("bodiesTooLarge");
    return answer(tooLarge(limitBytes, echo));
  }
}

function answer(response: Response): Block1Step {
  return { isWhole: false, answer: response };
}
