import { OptionNumber } from "./option-number.js";
import type { OptionsView } from "./options-view.js";

/** Longest Observe value; a longer one is an elective option to ignore. RFC 7641 §2, RFC 7252 §5.4.3. */
const MAX_OBSERVE_BYTES = 3;

/** Value of Observe: 0 registers and 1 deregisters in a request, any number orders notifications. */
export function observeValue(options: OptionsView): number | undefined {
  return options.uint(OptionNumber.Observe, MAX_OBSERVE_BYTES);
}
