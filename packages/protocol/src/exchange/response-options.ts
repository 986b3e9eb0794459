import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import type { OptionsView } from "../option/options-view.js";
import type { OutgoingResponse } from "./outgoing-response.js";

/** Lists with a Content-Format alone, for the usual response that has no other option; few numbers are in use at a time. */
const byContentFormat = new Map<number, readonly OptionEntry[]>();
const MAX_LISTS = 64;

/** All options of a response but those that the endpoint adds. */
export function responseOptions({
  contentFormat,
  options,
}: Pick<OutgoingResponse, "contentFormat" | "options">): readonly OptionEntry[] {
  if (contentFormat === undefined) return options;
  const list = byContentFormat.get(contentFormat) ?? contentFormatAlone(contentFormat);
  return options.length === 0 ? list : [...list, ...options];
}

function contentFormatAlone(contentFormat: number): readonly OptionEntry[] {
  const list = Object.freeze([{ number: OptionNumber.ContentFormat, value: contentFormat }]);
  if (byContentFormat.size < MAX_LISTS) byContentFormat.set(contentFormat, list);
  return list;
}

/**
 * Whether the client does not want a response of this class. A value of more than its one byte is ignored, as the option
 * is elective. RFC 7967 §2, RFC 7252 §5.4.3.
 */
export function isSuppressed(code: number, options: OptionsView): boolean {
  const value = options.bytes(OptionNumber.NoResponse);
  if (value === undefined || value.length !== 1) return false;
  return (((value[0] as number) >>> ((code >>> 5) - 1)) & 1) === 1;
}
