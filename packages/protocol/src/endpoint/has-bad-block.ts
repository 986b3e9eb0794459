import { OptionNumber } from "../option/option-number.js";
import type { OptionsView } from "../option/options-view.js";

/** Most bytes of a Block option. RFC 7959 §2.2 */
const BLOCK_OPTION_BYTES = 3;

/** Whether a Block option is one that the endpoint must treat as unrecognized. RFC 7252 §5.4.3, §5.4.5 */
export function hasBadBlock(options: OptionsView): boolean {
  return isBadBlock(options, OptionNumber.Block1) || isBadBlock(options, OptionNumber.Block2);
}

function isBadBlock(options: OptionsView, number: number): boolean {
  const value = options.bytes(number);
  return value !== undefined && (value.length > BLOCK_OPTION_BYTES || options.count(number) > 1);
}
