import type { Clock } from "../ports/clock.js";
import { type BlockValue, blockOffset } from "./block-option.js";
import { type Block1Outcome, type Block1Refusal, checkBlock1, incomplete, tooLarge } from "./block1-outcome.js";
import { BodyBuffer } from "./body-buffer.js";
import { ChunkPool } from "./chunk-pool.js";
import { type LruEntry, LruStore } from "./lru-store.js";

/** Limits of unfinished request bodies; all have defaults. */
export interface Block1AssemblerLimits {
  /** Memory of all unfinished bodies together, with keys and bookkeeping. @defaultValue 16 MiB */
  readonly bodiesBytes?: number | undefined;
  /** Unfinished bodies of one peer. @defaultValue 16 */
  readonly bodiesPerPeer?: number | undefined;
  /** How long a body waits for its next block, in milliseconds. @defaultValue 60000 */
  readonly idleMs?: number | undefined;
}

/** What a {@link Block1Assembler} needs. */
export interface Block1AssemblerSettings {
  readonly clock: Clock;
  readonly limits?: Block1AssemblerLimits | undefined;
}

/** State and history of a {@link Block1Assembler}. */
export interface Block1Counters {
  /** Bodies that are unfinished now. */
  readonly uploads: number;
  /** Memory that they hold now, which `bodiesBytes` limits. */
  readonly uploadBytes: number;
  /** Bodies lost because another needed their room. */
  readonly evicted: number;
  /** Bodies lost because no block came for `idleMs`. */
  readonly expired: number;
  /** Blocks refused. */
  readonly refused: number;
}

interface Upload {
  readonly body: BodyBuffer;
  readonly ifNoneMatch: boolean;
}

const CONTINUE: Block1Outcome = Object.freeze({ kind: "continue" });
const MIB = 1024 * 1024;
const CHUNK_BYTES = 1024;

/**
 * Server side of Block1 transfers that are handled atomically: collects blocks that arrive in order. Block 0 begins
 * anew, the size of blocks may change, and a block that comes again changes nothing. RFC 7959 §2.5.
 *
 * When memory is used up, the body that has been idle longest is forgotten; its next block is answered 4.08.
 */
export class Block1Assembler {
  readonly #bodiesBytes: number;
  readonly #uploads: LruStore<Upload>;
  readonly #pool = new ChunkPool(CHUNK_BYTES);
  #refused = 0;

  constructor(settings: Block1AssemblerSettings) {
    this.#bodiesBytes = settings.limits?.bodiesBytes ?? 16 * MIB;
    const bounds = {
      bytes: this.#bodiesBytes,
      entries: Number.POSITIVE_INFINITY,
      perPeer: settings.limits?.bodiesPerPeer ?? 16,
      idleMs: settings.limits?.idleMs ?? 60_000,
    };
    this.#uploads = new LruStore<Upload>(settings.clock, bounds, ({ body }) => body.clear());
  }

  /** Numbers of the moment. */
  get counters(): Block1Counters {
    const { size, bytes, evicted, expired } = this.#uploads;
    return { uploads: size, uploadBytes: bytes, evicted, expired, refused: this.#refused };
  }

  /**
   * Takes a block. `key` is the request's `bodyKey`, `limitBytes` the largest body its route accepts; `payload` is
   * copied where it has to be kept. Any refusal forgets the body.
   */
  accept(
    peer: number,
    key: string,
    block: BlockValue,
    payload: Uint8Array,
    size1: number | undefined,
    limitBytes: number,
    ifNoneMatch = false,
  ): Block1Outcome {
    const upload = this.#uploads.get(key);
    const limit = Math.min(limitBytes, this.#bodiesBytes);
    const refusal = checkBlock1(block, payload, size1, limit);
    if (refusal !== undefined) return this.#refuse(upload, refusal);
    if (block.number === 0) return this.#begin(upload, peer, key, block, payload, limit, ifNoneMatch);
    if (upload === undefined) return this.#refuse(undefined, incomplete("No block before this one is known"));
    return this.#append(upload, block, payload, limit);
  }

  /** Forgets the unfinished bodies of a peer. */
  forgetPeer(peer: number): void {
    this.#uploads.forgetPeer(peer);
  }

  /** Forgets all unfinished bodies. */
  clear(): void {
    this.#uploads.clear();
  }

  #begin(
    former: LruEntry<Upload> | undefined,
    peer: number,
    key: string,
    block: BlockValue,
    payload: Uint8Array,
    limitBytes: number,
    ifNoneMatch: boolean,
  ): Block1Outcome {
    if (former !== undefined) this.#forget(former); // RFC 7959 §2.5: overwrites the context
    if (!block.more) return { kind: "complete", body: payload, ifNoneMatch };
    const body = new BodyBuffer(this.#pool);
    const upload = this.#uploads.add(peer, key, { body, ifNoneMatch }, body.allocatedAfter(payload.length));
    if (upload === undefined) return this.#refuse(undefined, tooLarge(limitBytes));
    body.append(payload);
    return CONTINUE;
  }

  #append(upload: LruEntry<Upload>, block: BlockValue, payload: Uint8Array, limitBytes: number): Block1Outcome {
    const { body, ifNoneMatch } = upload.value;
    const offset = blockOffset(block);
    const end = offset + payload.length;
    if (offset > body.lengthBytes)
      return this.#refuse(upload, incomplete(`Blocks up to ${body.lengthBytes} are known`));
    if (!body.agreesWith(payload, offset))
      return this.#refuse(upload, incomplete("Block differs from the first of its number"));
    if (!block.more && end < body.lengthBytes) return this.#refuse(upload, incomplete("Last block is not the last"));
    const added = payload.subarray(Math.min(payload.length, body.lengthBytes - offset));
    if (!this.#uploads.resize(upload, body.allocatedAfter(added.length)))
      return this.#refuse(upload, tooLarge(limitBytes));
    body.append(added);
    if (block.more) return CONTINUE;
    this.#uploads.remove(upload);
    return { kind: "complete", body: body.take(), ifNoneMatch };
  }

  #refuse(upload: LruEntry<Upload> | undefined, refusal: Block1Refusal): Block1Refusal {
    this.#refused++;
    if (upload !== undefined) this.#forget(upload);
    return refusal;
  }

  #forget(upload: LruEntry<Upload>): void {
    this.#uploads.remove(upload);
    upload.value.body.clear();
  }
}
