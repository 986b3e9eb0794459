import type { Response } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { bytesOf, type WireAnswer } from "../coap/coap-internals.js";

/** Options that belong to the engine and that a response from above does not set. */
const OWN_OPTIONS: readonly number[] = [OptionNumber.Observe, OptionNumber.Block1, OptionNumber.Block2];

/** A response in the form that npm coap sends. */
export function wire(response: Response): WireAnswer {
  const { code, contentFormat, payload } = response;
  if (contentFormat === undefined) return { code, options: response.options, payload: bytesOf(payload) };
  const options = [...response.options, { number: OptionNumber.ContentFormat, value: contentFormat }];
  return { code, options, payload: bytesOf(payload) };
}

/** The same without the options of block-wise transfer and observation. */
export function withoutOwnOptions(answer: WireAnswer): WireAnswer {
  if (!answer.options.some(({ number }) => OWN_OPTIONS.includes(number))) return answer;
  return { ...answer, options: answer.options.filter(({ number }) => !OWN_OPTIONS.includes(number)) };
}
