import type { BlockSource } from "../block/block2-source.js";
import type { OptionEntry } from "../option/encode-options.js";

/** A whole response: the endpoint adds header, token, Observe and block options. */
export interface OutgoingResponse<TPayload = Uint8Array | string | BlockSource> {
  /** Response code byte, 2.00 to 5.31. RFC 7252 §5.9. */
  readonly code: number;
  /** Content-Format of the payload, or `undefined` where there is none. */
  readonly contentFormat: number | undefined;
  /** Every other option, in any order. */
  readonly options: readonly OptionEntry[];
  /** Bytes, a text that is sent as UTF-8, or a source that is read block by block. */
  readonly payload: TPayload;
}

/** A response whose payload is at hand. */
export type ImmediateResponse = OutgoingResponse<Uint8Array | string>;

/** Whether the payload of a response is at hand. */
export function isImmediate(response: OutgoingResponse): response is ImmediateResponse {
  return typeof response.payload === "string" || response.payload instanceof Uint8Array;
}

/** Lets go of a body that nobody will read any more; what its source throws concerns nobody either. */
export function closeBody(payload: OutgoingResponse["payload"]): void {
  if (typeof payload === "string" || payload instanceof Uint8Array) return;
  try {
    payload.close?.();
  } catch {
    // the transfer is over
  }
}
