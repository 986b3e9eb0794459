/** FNV-1a over `buffer[start, end)`, as a signed 32-bit number: tells a repeated datagram from a reused message ID. */
export function fingerprint(buffer: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (buffer[i] as number), 0x01000193);
  return hash;
}
