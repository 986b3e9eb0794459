/** Where servers that are started with `--image` have it. */
export const IMAGE_PATH = "/image";
/** 1 MiB. */
export const IMAGE_BYTES = 1024 * 1024;
/** Room for the unfinished bodies of many clients, in bytes. */
export const IMAGES_LIMIT_BYTES = 64 * IMAGE_BYTES;

let made: Buffer | undefined;

/** The body of every transfer: bytes without a period, the same in each process. */
export function image(): Buffer {
  made ??= makeImage();
  return made;
}

/** Whether these are its bytes, all of them. */
export function isImage(bytes: Uint8Array): boolean {
  return image().equals(bytes);
}

function makeImage(): Buffer {
  const bytes = Buffer.alloc(IMAGE_BYTES);
  let state = 0x2545_f491;
  for (let offset = 0; offset < IMAGE_BYTES; offset += 4) {
    state ^= state << 13; // xorshift32: its period is longer than the image
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state, offset);
  }
  return bytes;
}
