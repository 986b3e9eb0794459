import { isSuccessCode } from "../code/code.js";
import { type BlockValue, blockAt, blockOffset, blockSize, MAX_SZX } from "./block-option.js";
import { BodyBuffer } from "./body-buffer.js";
import { ChunkPool } from "./chunk-pool.js";
import { isSameEtag } from "./etag.js";

/** How a {@link Block2Download} goes about it. */
export interface Block2DownloadSettings {
  /** Largest body that is taken, in bytes. */
  readonly limitBytes: number;
  /** Size exponent to ask for from the first request on; without it the server chooses. RFC 7959 §2.4. */
  readonly szx?: number | undefined;
  /** Largest size exponent to go on with when the server chose. RFC 7959 §3.1, late negotiation. @defaultValue 6 */
  readonly maxSzx?: number | undefined;
  /**
   * How often to begin again when the representation changes on the way; set 0 for methods that are not safe, where
   * asking for block 0 means doing it again. @defaultValue 3
   */
  readonly maxRestarts?: number | undefined;
}

/** What a response says about a Block2 transfer. */
export interface DownloadResponse {
  readonly code: number;
  readonly block2: BlockValue | undefined;
  readonly payload: Uint8Array;
  readonly etag?: Uint8Array | undefined;
  readonly size2?: number | undefined;
  readonly contentFormat?: number | undefined;
}

/** Why a Block2 transfer failed: the body is too large, it kept changing, the server broke RFC 7959, or it answered so. */
export type DownloadFailure = "too-large" | "changed" | "protocol" | "response";

/** What a client does next in a Block2 transfer. */
export type DownloadStep =
  /** Send the request again, without payload, with this Block2; block 0 means from the beginning. */
  | { readonly kind: "request"; readonly block: BlockValue }
  /** The body of the response; one that came in a single message is the payload itself. */
  | { readonly kind: "complete"; readonly body: Uint8Array }
  | { readonly kind: "failed"; readonly failure: DownloadFailure; readonly reason: string };

const CHUNK_BYTES = 4096;

interface Representation {
  readonly code: number;
  readonly contentFormat: number | undefined;
  /** The first one met; a server may leave it out of some blocks. */
  etag: Uint8Array | undefined;
}

/**
 * Client side of a Block2 transfer: puts blocks together that belong to one representation, and says which to ask for.
 * Never believes a declared size further than to give up early. RFC 7959 §2.4. Feed it the first response to a request,
 * or a notification (§2.6), then what comes for each block it asks for.
 */
export class Block2Download {
  readonly #limitBytes: number;
  readonly #maxSzx: number;
  readonly #firstSzx: number | undefined;
  readonly #body = new BodyBuffer(new ChunkPool(CHUNK_BYTES));
  #restartsLeft: number;
  #szx = MAX_SZX;
  #representation: Representation | undefined;

  constructor(settings: Block2DownloadSettings) {
    this.#limitBytes = settings.limitBytes;
    this.#firstSzx = settings.szx === undefined ? undefined : Math.min(settings.szx, MAX_SZX);
    this.#maxSzx = Math.min(settings.maxSzx ?? MAX_SZX, this.#firstSzx ?? MAX_SZX);
    this.#restartsLeft = settings.maxRestarts ?? 3;
    this.#szx = this.#maxSzx;
  }

  /** Block2 of the first request, if it is to have one. */
  get firstBlock(): BlockValue | undefined {
    return this.#firstSzx === undefined ? undefined : { number: 0, more: false, szx: this.#firstSzx };
  }

  /** Bytes collected so far. */
  get receivedBytes(): number {
    return this.#body.lengthBytes;
  }

  /** What follows from a response. */
  onResponse(response: DownloadResponse): DownloadStep {
    const { block2, payload, size2 } = response;
    const offset = block2 === undefined ? 0 : blockOffset(block2); // RFC 7959 §2.2: absent means block 0, M unset
    if (size2 !== undefined && size2 > this.#limitBytes) return this.#tooLarge();
    if (offset + payload.length > this.#limitBytes) return this.#tooLarge();
    if (block2?.more && payload.length !== blockSize(block2.szx)) {
      return this.#fail("protocol", `Block of ${payload.length} bytes, not ${blockSize(block2.szx)}`);
    }
    if (this.#body.lengthBytes === 0) return this.#onFirst(response, offset);
    return this.#onLater(response, offset);
  }

  #onFirst(response: DownloadResponse, offset: number): DownloadStep {
    const { code, block2, contentFormat, etag, payload } = response;
    if (offset !== 0) return this.#fail("protocol", `Block at ${offset} came first`);
    if (!block2?.more) return { kind: "complete", body: payload };
    this.#representation = { code, contentFormat, etag: etag?.slice() };
    return this.#take(block2, payload);
  }

  #onLater(response: DownloadResponse, offset: number): DownloadStep {
    const { block2, code, payload } = response;
    if (!isSuccessCode(code)) return this.#fail("response", "A later block was refused");
    if (this.#hasChanged(response)) return this.#restart(response, offset);
    if (code !== this.#representation?.code || response.contentFormat !== this.#representation.contentFormat) {
      return this.#fail("protocol", "Blocks differ in code or Content-Format"); // RFC 7959 §2.3
    }
    if (block2 === undefined || offset === 0) return this.#restart(response, offset);
    if (offset !== this.#body.lengthBytes) {
      return this.#fail("protocol", `Block at ${offset} came, ${this.#body.lengthBytes} was asked for`);
    }
    if (block2.more) return this.#take(block2, payload);
    this.#body.append(payload);
    return { kind: "complete", body: this.#body.take() };
  }

  /** Adds a block that others follow; all further ones have its size or a smaller one. RFC 7959 §2.3. */
  #take(block2: BlockValue, payload: Uint8Array): DownloadStep {
    this.#body.append(payload);
    this.#szx = Math.min(this.#szx, block2.szx);
    const block = blockAt(this.#body.lengthBytes, false, this.#szx);
    if (block !== undefined) return { kind: "request", block };
    return this.#fail("protocol", `Blocks of ${blockSize(this.#szx)} bytes are too small for the body`);
  }

  /** RFC 7959 §2.4: ETags MUST be compared where they are available. */
  #hasChanged({ etag }: DownloadResponse): boolean {
    const representation = this.#representation;
    if (etag === undefined || representation === undefined) return false;
    representation.etag ??= etag.slice();
    return !isSameEtag(representation.etag, etag);
  }

  /** Begins again, with this response when it is block 0 of the new representation. */
  #restart(response: DownloadResponse, offset: number): DownloadStep {
    if (this.#restartsLeft <= 0) return this.#fail("changed", "The representation changed on the way");
    this.#restartsLeft--;
    this.#body.clear();
    if (offset === 0) return this.#onFirst(response, 0);
    return { kind: "request", block: { number: 0, more: false, szx: this.#szx } };
  }

  #tooLarge(): DownloadStep {
    return this.#fail("too-large", `Body exceeds ${this.#limitBytes} bytes`);
  }

  #fail(failure: DownloadFailure, reason: string): DownloadStep {
    this.#body.clear();
    return { kind: "failed", failure, reason };
  }
}
