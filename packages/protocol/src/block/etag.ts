const LENGTH_BYTES = 8;

/**
 * ETag for a representation that comes without one: 64 bits computed from its bytes, the same for the same bytes on
 * every machine. It tells versions of a resource apart; it is no protection against bytes that were made to collide.
 * `seed` tells representations apart that share their bytes, such as its Content-Format. RFC 7252 §5.10.6.
 *
 * Two 32-bit lanes that multiply and rotate each byte in, mixed into each other at the end.
 */
export function contentEtag(bytes: Uint8Array, seed = 0): Uint8Array {
  let left = 0x9e3779b1 ^ seed;
  let right = 0x85ebca77 ^ bytes.length;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    left = Math.imul(left ^ byte, 0x01000193);
    left = (left << 13) | (left >>> 19);
    right = Math.imul((right << 7) | (right >>> 25), 0x5bd1e995) + byte;
  }
  left = mix(left ^ (right >>> 15));
  right = mix(right ^ left);
  const etag = new Uint8Array(LENGTH_BYTES);
  const view = new DataView(etag.buffer);
  view.setInt32(0, left);
  view.setInt32(4, right);
  return etag;
}

/** Whether two ETags are the same bytes. */
export function isSameEtag(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

/** Makes every bit of the result depend on every bit of the lane. */
function mix(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
