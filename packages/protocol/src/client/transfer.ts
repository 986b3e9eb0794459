import { type BlockValue, blockAt, blockOffset, encodeBlock } from "../block/block-option.js";
import { Block1Upload, type PendingUploadStep, type UploadStep } from "../block/block1-upload.js";
import { Block2Download, type DownloadStep } from "../block/block2-download.js";
import { isSameEtag } from "../block/etag.js";
import { Code, isSuccessCode } from "../code/code.js";
import { isSafeMethod } from "../code/method.js";
import { ProtocolError } from "../errors/protocol-error.js";
import { OptionFlag } from "../message/message-scanner.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import { abortable } from "./abortable.js";
import { ResponseTooLargeError } from "./client-error.js";
import { exchange } from "./exchange.js";
import type { IncomingResponse } from "./incoming-response.js";
import type { PeerToken } from "./pending-table.js";
import type { Requester, RequestMessage } from "./requester.js";
import type { ResolvedRequest } from "./resolved-request.js";

type SendStep = Extract<UploadStep, { kind: "send" }>;
type RequestStep = Extract<DownloadStep, { kind: "request" }>;

const NOTHING = new Uint8Array(0);
const MAX_RESTARTS = 3;

/** Largest body of a response unless it is set otherwise, in bytes. */
export const DEFAULT_RESPONSE_LIMIT_BYTES = 1_048_576;

/** One request of a caller as the messages it takes: blocks up, blocks down, and once more with Echo. RFC 7959, RFC 9175 §2.3. */
export class Transfer {
  readonly #requester: Requester;
  readonly #request: ResolvedRequest;
  readonly #signal: AbortSignal;
  readonly #requestTag: number;
  #isInBlocks = false;
  /** The block on its way up. */
  #sent: BlockValue | undefined;
  /** What all blocks up are sent with. */
  #token: PeerToken | undefined;
  #echo: Uint8Array | undefined;

  /** @param requestTag tells bodies apart that go to one server at a time. RFC 9175 §3.4 */
  constructor(requester: Requester, request: ResolvedRequest, requestTag: number, signal: AbortSignal) {
    this.#requester = requester;
    this.#request = request;
    this.#requestTag = requestTag;
    this.#signal = signal;
  }

  /** Sends the request. @returns the answer to the whole of it: the first block of its body */
  async send(): Promise<IncomingResponse> {
    const upload = new Block1Upload(this.#request.body, { szx: this.#request.szx });
    let response: IncomingResponse | undefined;
    let step = await this.#soon(upload.start());
    while (step.kind === "send") {
      response = await this.#exchange((options) => this.#uploadMessage(step as SendStep, options));
      const { code, options } = response;
      const block1 = response.block(OptionNumber.Block1);
      step = await this.#soon(upload.onResponse({ code, block1, size1: options.uint(OptionNumber.Size1) }));
    }
    this.#sent = undefined;
    this.#token = undefined;
    if (step.kind === "failed") throw new ProtocolError(`The request body could not be sent: ${step.reason}.`);
    if (response === undefined) throw new ProtocolError("The request body could not be read from its beginning.");
    return response;
  }

  /** Fetches what is missing of a body. @returns the response with all of it, or the refusal of a later block */
  async complete(first: IncomingResponse): Promise<IncomingResponse> {
    const { method, szx, responseLimitBytes: limitBytes = DEFAULT_RESPONSE_LIMIT_BYTES } = this.#request;
    const maxRestarts = isSafeMethod(method) ? MAX_RESTARTS : 0;
    const download = new Block2Download({ limitBytes, maxSzx: szx, maxRestarts });
    let response = first;
    let step = stepFor(download, response);
    while (step.kind === "request") {
      const { block } = step as RequestStep;
      response = await this.#exchange((options) => this.#message([...options, block2Entry(block)], NOTHING));
      step = stepFor(download, response);
    }
    if (step.kind === "complete") return response.whole(step.body);
    if (step.failure === "response") return response;
    if (step.failure === "too-large")
      throw new ResponseTooLargeError(`${step.reason}; raise responseLimitBytes or use stream.`);
    throw new ProtocolError(`The response body could not be fetched: ${step.reason}.`);
  }

  /** The blocks of a body, each fetched when it is asked for. */
  async *blocks(first: IncomingResponse): AsyncGenerator<IncomingResponse, void, undefined> {
    const { szx, responseLimitBytes = Number.POSITIVE_INFINITY } = this.#request;
    let offset = 0;
    for (let response = first; ; ) {
      const block = blockOf(response);
      assertFollows(first, response, block, offset);
      offset += response.payload.length;
      if (offset > responseLimitBytes) throw new ResponseTooLargeError(`Body exceeds ${responseLimitBytes} bytes.`);
      yield response;
      if (block === undefined || !block.more) return;
      const next = blockAt(offset, false, Math.min(szx, block.szx));
      if (next === undefined || response.payload.length === 0)
        throw new ProtocolError(`No block can follow ${block.number}.`);
      response = await this.#exchange((options) => this.#message([...options, block2Entry(next)], NOTHING));
    }
  }

  /** A body may take its time to be read. */
  #soon(step: PendingUploadStep): PendingUploadStep {
    return step instanceof Promise ? abortable(step, this.#signal) : step;
  }

  /** Sends a message, and once more where the server wants to see an Echo. RFC 9175 §2.3. */
  async #exchange(messageOf: (options: readonly OptionEntry[]) => RequestMessage): Promise<IncomingResponse> {
    const response = await this.#exchangeOnce(messageOf(this.#options()));
    if (this.#echo !== undefined || response.code !== Code.Unauthorized) return response;
    this.#echo = response.echo;
    return this.#echo === undefined ? response : this.#exchangeOnce(messageOf(this.#options()));
  }

  #exchangeOnce(message: RequestMessage): Promise<IncomingResponse> {
    const { peer, responseTimeoutMs } = this.#request;
    return exchange(this.#requester, peer, message, {
      responseTimeoutMs,
      signal: this.#signal,
      like: this.#token,
      onToken: (token) => this.#keep(token),
      accepts: (response) => !this.#isLate(response),
    });
  }

  #keep({ token, key }: PeerToken): void {
    if (this.#sent !== undefined && this.#request.keepsToken) this.#token = { token, key };
  }

  /** Whether a response acknowledges an earlier block than the one on its way: its server has answered that one twice. */
  #isLate(response: IncomingResponse): boolean {
    const sent = this.#sent;
    const block1 = sent === undefined ? undefined : response.block(OptionNumber.Block1);
    if (sent === undefined || block1 === undefined || response.code !== Code.Continue) return false;
    return block1.number !== sent.number && blockOffset(block1) < blockOffset(sent);
  }

  #uploadMessage({ block, payload, size1 }: SendStep, options: readonly OptionEntry[]): RequestMessage {
    const { szx, asksForBlocks } = this.#request;
    const entries = [...options];
    this.#sent = block;
    if (block !== undefined) entries.push(blockEntry(OptionNumber.Block1, block));
    if (block !== undefined && !this.#isInBlocks) entries.push(this.#tagEntry());
    if (size1 !== undefined) entries.push({ number: OptionNumber.Size1, value: size1 });
    if (asksForBlocks && block?.more !== true) entries.push(block2Entry({ number: 0, more: false, szx }));
    this.#isInBlocks ||= block !== undefined;
    return this.#message(entries, payload);
  }

  #options(): readonly OptionEntry[] {
    const options = [...this.#request.options];
    if (this.#isInBlocks) options.push(this.#tagEntry());
    if (this.#echo !== undefined) options.push({ number: OptionNumber.Echo, value: this.#echo });
    return options;
  }

  #tagEntry(): OptionEntry {
    return { number: OptionNumber.RequestTag, value: this.#requestTag };
  }

  #message(options: readonly OptionEntry[], payload: Uint8Array): RequestMessage {
    const { method, confirmable } = this.#request;
    return { method, confirmable, options, payload };
  }
}

/** A Block option to send. */
export function blockEntry(number: number, { number: block, more, szx }: BlockValue): OptionEntry {
  return { number, value: encodeBlock(block, more, szx) };
}

function block2Entry(block: BlockValue): OptionEntry {
  return blockEntry(OptionNumber.Block2, block);
}

/** @throws ProtocolError for a Block2 that means nothing */
function blockOf(response: IncomingResponse): BlockValue | undefined {
  const block = response.block(OptionNumber.Block2);
  if (block === undefined && response.has(OptionFlag.Block2))
    throw new ProtocolError("The response has a Block2 with SZX 7.");
  return block;
}

function stepFor(download: Block2Download, response: IncomingResponse): DownloadStep {
  const { code, options, payload } = response;
  return download.onResponse({
    code,
    payload,
    block2: blockOf(response),
    etag: options.bytes(OptionNumber.ETag),
    size2: options.uint(OptionNumber.Size2),
    contentFormat: options.uint(OptionNumber.ContentFormat),
  });
}

/** RFC 7959 §2.4: blocks of one body share their ETag. A reader that has taken blocks cannot begin again. */
function assertFollows(
  first: IncomingResponse,
  response: IncomingResponse,
  block: BlockValue | undefined,
  offset: number,
): void {
  if (response === first) return;
  const etags = [first, response].map(({ options }) => options.bytes(OptionNumber.ETag));
  const [one, other] = etags;
  const isChanged = one !== undefined && other !== undefined && !isSameEtag(one, other);
  if (isChanged || !isSuccessCode(response.code))
    throw new ProtocolError("The representation changed on the way; ask again.");
  const start = block === undefined ? 0 : blockOffset(block);
  if (start !== offset) throw new ProtocolError(`A block at ${start} came, ${offset} was asked for.`);
}
