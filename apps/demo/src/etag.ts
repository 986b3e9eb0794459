import { createHash } from "node:crypto";

/** Entity-tag of a representation: 4 bytes that change with its content. RFC 7252 §5.10.6. */
export function etagOf(representation: object): Uint8Array {
  return createHash("sha256").update(JSON.stringify(representation)).digest().subarray(0, 4);
}
