/** A pre-shared key: bytes, or a text that stands for its UTF-8 bytes. 1 to 64 bytes. */
export type PskKey = string | Uint8Array;

/** Finds the key of an identity; undefined where there is none. */
export type PskLookup = (identity: string) => PskKey | undefined | Promise<PskKey | undefined>;

/** Keys by identity, or a function that finds them. */
export type PskKeys = Readonly<Record<string, PskKey>> | PskLookup;

const MAX_KEY_BYTES = 64;
const MAX_IDENTITY_BYTES = 255;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Identity as text; undefined where it is empty or not UTF-8, which RFC 4279 §5.1 asks for: nobody has such a one. */
export function readIdentity(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes) || undefined;
  } catch {
    return undefined;
  }
}

/** Bytes of a key; undefined where there are too few or too many of them. */
export function keyBytes(key: unknown): Uint8Array | undefined {
  const bytes = typeof key === "string" ? Buffer.from(key, "utf8") : key;
  return bytes instanceof Uint8Array && bytes.length > 0 && bytes.length <= MAX_KEY_BYTES ? bytes : undefined;
}

/** Whether an identity can be sent: 1 to 255 bytes of UTF-8 without NUL. */
export function isIdentity(identity: unknown): identity is string {
  if (typeof identity !== "string" || identity === "" || identity.includes("\0")) return false;
  return Buffer.byteLength(identity) <= MAX_IDENTITY_BYTES;
}

/** What is wrong with keys, for a message without the keys; undefined where nothing is. */
export function faultOfKeys(keys: PskKeys): string | undefined {
  if (typeof keys === "function") return undefined;
  for (const [identity, key] of Object.entries(keys)) {
    if (!isIdentity(identity)) return `identity "${identity}" is not 1 to 255 bytes without NUL`;
    if (keyBytes(key) === undefined)
      return `the key of "${identity}" is not a text or bytes of 1 to ${MAX_KEY_BYTES} bytes`;
  }
  return undefined;
}

/** A copy, as a function: what a peer claims is never looked up in an object. */
export function lookupOf(keys: PskKeys): PskLookup {
  if (typeof keys === "function") return keys;
  const byIdentity = new Map(Object.entries(keys));
  return (identity) => byIdentity.get(identity);
}
