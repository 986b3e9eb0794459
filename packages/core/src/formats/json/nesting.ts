import { ascii } from "./ascii.js";

/**
 * Whether arrays and objects are nested in each other on more than `limit` levels. One pass over the bytes, no
 * recursion, and no pass at all where the payload is too short to be both well-formed and too deep.
 */
export function isNestedDeeperThan(payload: Uint8Array, limit: number): boolean {
  if (payload.length <= 2 * limit) return false; // each level has an opening and a closing byte
  let depth = 0;
  for (let at = 0; at < payload.length; at++) {
    const byte = payload[at];
    if (byte === ascii.quote) at = closingQuote(payload, at + 1);
    else if (byte === ascii.openBrace || byte === ascii.openBracket) {
      if (++depth > limit) return true;
    } else if (byte === ascii.closeBrace || byte === ascii.closeBracket) depth--;
  }
  return false;
}

function closingQuote(payload: Uint8Array, from: number): number {
  let at = from;
  while (at < payload.length && payload[at] !== ascii.quote) at += payload[at] === ascii.backslash ? 2 : 1;
  return at;
}
