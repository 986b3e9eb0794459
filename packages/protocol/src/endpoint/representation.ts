import { type BlockValue, blockSize, decodeBlock } from "../block/block-option.js";
import { type BlockBody, bodySize } from "../block/block2-source.js";
import { contentEtag } from "../block/etag.js";
import { Code, codeClass } from "../code/code.js";
import type { IncomingRequest } from "../exchange/incoming-request.js";
import type { ImmediateResponse, OutgoingResponse } from "../exchange/outgoing-response.js";
import { OptionFlag } from "../message/message-scanner.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";

/** A representation that a client is fetching; its options have an ETag. */
export interface Representation {
  readonly code: number;
  readonly contentFormat: number | undefined;
  readonly options: readonly OptionEntry[];
  readonly body: BlockBody;
}

const SUCCESS = 2;
const encoder = new TextEncoder();

/** Whether the payload of such a response is a representation, which has blocks; others have a diagnosis or nothing. */
export function isRepresentation(code: number): boolean {
  return codeClass(code) === SUCCESS && code !== Code.Continue && code !== Code.Valid;
}

/** Whether there is no payload. */
export function isEmpty(payload: OutgoingResponse["payload"]): boolean {
  return (typeof payload === "string" || payload instanceof Uint8Array) && payload.length === 0;
}

/** The payload of a response as what blocks are cut from. */
export function bodyOf(response: ImmediateResponse): Uint8Array;
export function bodyOf(response: OutgoingResponse): BlockBody;
export function bodyOf({ payload }: OutgoingResponse): BlockBody {
  return typeof payload === "string" ? encoder.encode(payload) : payload;
}

/** Which block the request asks for; of a diagnosis it gets the first, and without Block2 where it fits in one. */
export function askedBlock(
  { flags, options }: IncomingRequest,
  { code, body }: Representation,
): BlockValue | undefined {
  const asked = (flags & OptionFlag.Block2) === 0 ? undefined : decodeBlock(options.uint(OptionNumber.Block2) ?? 0);
  if (asked === undefined || isRepresentation(code)) return asked;
  return (bodySize(body) ?? 0) > blockSize(asked.szx) ? { ...asked, number: 0 } : undefined;
}

/** The representation with an ETag, so that a client sees when the next block belongs to another one. RFC 7959 §2.4 */
export function withEtag(whole: Representation): Representation {
  const { options, body, contentFormat = -1, code } = whole;
  if (!(body instanceof Uint8Array) || codeClass(code) !== SUCCESS) return whole;
  if (options.some(({ number }) => number === OptionNumber.ETag)) return whole;
  return { ...whole, options: [...options, { number: OptionNumber.ETag, value: contentEtag(body, contentFormat) }] };
}

/** The representation for the requests for its later blocks, which ask for no observation. RFC 7959 §2.6 */
export function withoutObserve(whole: Representation): Representation {
  if (!whole.options.some(({ number }) => number === OptionNumber.Observe)) return whole;
  return { ...whole, options: whole.options.filter(({ number }) => number !== OptionNumber.Observe) };
}

/** Size2 for who asks for it. RFC 7959 §4 */
export function size2Of({ flags }: IncomingRequest, { code, body }: Representation): readonly OptionEntry[] {
  const sizeBytes = (flags & OptionFlag.Size2) === 0 || !isRepresentation(code) ? undefined : bodySize(body);
  return sizeBytes === undefined ? [] : [{ number: OptionNumber.Size2, value: sizeBytes }];
}
