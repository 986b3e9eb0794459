import { fail, ok, type Result } from "../result.js";

const encoder = new TextEncoder();

/**
 * Replaces every percent-encoding by the byte it stands for and reads the bytes as UTF-8. Fails on a "%" without two
 * hexadecimal digits and on bytes that are not UTF-8. RFC 7252 §6.4.
 */
export function percentDecode(text: string): Result<string> {
  if (!text.includes("%")) return ok(text);
  try {
    return ok(decodeURIComponent(text));
  } catch {
    return fail(`"${text}" has a bad percent-encoding; write UTF-8 bytes as % and two hexadecimal digits.`);
  }
}

/** Percent-encodes the UTF-8 bytes of each match of a global expression, in upper case. RFC 7252 §6.5. */
export function percentEncode(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, encodeBytes);
}

function encodeBytes(characters: string): string {
  let encoded = "";
  for (const byte of encoder.encode(characters)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return encoded;
}
