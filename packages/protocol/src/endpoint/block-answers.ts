import type { ImmediateResponse } from "../exchange/outgoing-response.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";

const NO_PAYLOAD = new Uint8Array(0);

/** Size1 where there is one to say. RFC 7959 §4 */
export function size1Of(sizeBytes: number | undefined): readonly OptionEntry[] {
  return sizeBytes === undefined ? [] : [{ number: OptionNumber.Size1, value: sizeBytes }];
}

/** A response without payload. */
export function bare(code: number, options: readonly OptionEntry[]): ImmediateResponse {
  return { code, contentFormat: undefined, options, payload: NO_PAYLOAD };
}

/** A response with a diagnosis. */
export function refusal(code: number, diagnostic: string, options: readonly OptionEntry[] = []): ImmediateResponse {
  return { code, contentFormat: undefined, options, payload: diagnostic };
}
