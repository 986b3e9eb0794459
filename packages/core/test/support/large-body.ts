import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a large body consists of, over and over. */
export const CHUNK = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 31) % 251);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What this process has in use, in bytes, after a full garbage collection. */
export function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A large body, piece by piece. */
export async function* chunks(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, Math.min(left, CHUNK.length));
}

/** Whether the bytes are those of a large body at an offset; they must not be longer than what is left of a chunk there. */
export function isLargeBody(bytes: Uint8Array, offset: number): boolean {
  const at = offset % CHUNK.length;
  return Buffer.compare(bytes, CHUNK.subarray(at, at + bytes.length)) === 0;
}
