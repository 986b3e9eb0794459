import { type OptionEntry, OptionNumber } from "@coapkit/protocol";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { ClientGetOptions, Etags } from "./client-options.js";
import { formatNumber } from "./payload-encoder.js";

/** If-Match of this value: any version. RFC 7252 §5.10.8.1. */
const ANY_VERSION = new Uint8Array(0);

/** CoAP options of a request, beside those of its target. @throws RequestError for an unknown media type */
export function optionEntries(
  formats: FormatRegistry,
  { accept, ifMatch, ifNoneMatch, etag, options = [] }: ClientGetOptions,
  contentFormat: number | undefined,
): OptionEntry[] {
  const entries = [...options];
  const add = (number: number, value: OptionEntry["value"]) => void entries.push({ number, value });
  for (const value of ifMatch === true ? [ANY_VERSION] : listOf(ifMatch)) add(OptionNumber.IfMatch, value);
  for (const value of listOf(etag)) add(OptionNumber.ETag, value);
  if (ifNoneMatch === true) add(OptionNumber.IfNoneMatch, new Uint8Array(0));
  if (contentFormat !== undefined) add(OptionNumber.ContentFormat, contentFormat);
  if (accept !== undefined) add(OptionNumber.Accept, formatNumber(formats, accept, "accept"));
  return entries;
}

function listOf(etags: Etags | undefined): readonly Uint8Array[] {
  if (etags === undefined) return [];
  return etags instanceof Uint8Array ? [etags] : etags;
}
