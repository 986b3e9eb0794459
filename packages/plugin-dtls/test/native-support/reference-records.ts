import { type CipherGCMTypes, createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import type { CipherSuite } from "../../src/native/cipher-suite.js";

// The record protection once more, from the RFCs and on node:crypto alone, to hold the addon against.

/** PRF of RFC 5246 §5. */
export function prf(hash: string, secret: Uint8Array, label: string, seed: Uint8Array, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label), seed]);
  const hmac = (bytes: Uint8Array) => createHmac(hash, secret).update(bytes).digest();
  let chained = hmac(labelled);
  let output = Buffer.alloc(0);
  for (; output.length < length; chained = hmac(chained)) {
    output = Buffer.concat([output, hmac(Buffer.concat([chained, labelled]))]);
  }
  return output.subarray(0, length);
}

interface Algorithm {
  readonly cipher: CipherGCMTypes;
  readonly keyLength: number;
  readonly tagLength: number;
  readonly ivLength: number;
  readonly hash: string;
}

/** Keys of one direction and how they are used. */
export interface ReferenceKeys extends Algorithm {
  readonly key: Buffer;
  readonly iv: Buffer;
}

function algorithmOf(suite: CipherSuite): Algorithm {
  const isChaCha = suite.includes("CHACHA20");
  const bits = suite.includes("AES_256") ? 256 : 128;
  const cipher = isChaCha ? "chacha20-poly1305" : `aes-${bits}-${suite.includes("CCM") ? "ccm" : "gcm"}`;
  return {
    cipher: cipher as CipherGCMTypes,
    keyLength: isChaCha ? 32 : bits / 8,
    tagLength: suite.endsWith("CCM_8") ? 8 : 16,
    ivLength: isChaCha ? 12 : 4,
    hash: suite.endsWith("SHA384") ? "sha384" : "sha256",
  };
}

/** Keys of both directions. RFC 5246 §6.3. */
export function referenceKeys(
  suite: CipherSuite,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): { readonly client: ReferenceKeys; readonly server: ReferenceKeys } {
  const algorithm = algorithmOf(suite);
  const { keyLength, ivLength, hash } = algorithm;
  const seed = Buffer.concat([serverRandom, clientRandom]);
  const block = prf(hash, master, "key expansion", seed, 2 * (keyLength + ivLength));
  const ivs = block.subarray(2 * keyLength);
  return {
    client: { ...algorithm, key: block.subarray(0, keyLength), iv: ivs.subarray(0, ivLength) },
    server: { ...algorithm, key: block.subarray(keyLength, 2 * keyLength), iv: ivs.subarray(ivLength) },
  };
}

/** Fields of a record that are not encrypted. */
export interface RecordHead {
  readonly type: number;
  /** Epoch and sequence number. */
  readonly number: bigint;
  /** Empty: the format of RFC 6347. */
  readonly cid: Uint8Array;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

/** RFC 5246 §6.2.3.3, or RFC 9146 §5.3. */
function additionalData({ type, number, cid }: RecordHead, length: number): Buffer {
  const version = Buffer.from([0xfe, 0xfd]);
  if (cid.length === 0) return Buffer.concat([u64(number), Buffer.from([type]), version, u16(length)]);
  const placeholder = Buffer.alloc(8, 0xff);
  return Buffer.concat([placeholder, Buffer.from([25, cid.length, 25]), version, u64(number), cid, u16(length)]);
}

/** RFC 5288 §3 and RFC 6655 §3: salt and explicit part. RFC 7905 §2: IV xor number. */
function nonceOf(keys: ReferenceKeys, number: bigint, explicit: Uint8Array): Buffer {
  if (keys.ivLength === 4) return Buffer.concat([keys.iv, explicit]);
  const padded = Buffer.concat([Buffer.alloc(4), u64(number)]);
  return Buffer.from(keys.iv.map((byte, i) => byte ^ (padded[i] ?? 0)));
}

/** Seals `content`, which has type and padding at its end where there is a connection ID. */
export function referenceSeal(keys: ReferenceKeys, head: RecordHead, content: Uint8Array): Buffer {
  const explicit = keys.ivLength === 4 ? Buffer.from("a1b2c3d4e5f60718", "hex") : Buffer.alloc(0);
  const options = { authTagLength: keys.tagLength };
  const cipher = createCipheriv(keys.cipher, keys.key, nonceOf(keys, head.number, explicit), options);
  cipher.setAAD(additionalData(head, content.length), { plaintextLength: content.length });
  const fragment = Buffer.concat([explicit, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([headBytes(head), u16(fragment.length), fragment]);
}

function headBytes({ type, number, cid }: RecordHead): Buffer {
  return Buffer.concat([Buffer.from([type, 0xfe, 0xfd]), u64(number), cid]);
}

/** Opens a datagram of one record. Throws where it is not authentic. */
export function referenceOpen(keys: ReferenceKeys, datagram: Uint8Array, cidLength: number): Buffer {
  const bytes = Buffer.from(datagram);
  const head = { type: bytes.readUInt8(0), number: bytes.readBigUInt64BE(3), cid: bytes.subarray(11, 11 + cidLength) };
  const fragment = bytes.subarray(13 + cidLength);
  if (bytes.readUInt16BE(11 + cidLength) !== fragment.length) throw new Error("The length is wrong.");
  const explicitLength = keys.ivLength === 4 ? 8 : 0;
  const nonce = nonceOf(keys, head.number, fragment.subarray(0, explicitLength));
  const sealed = fragment.subarray(explicitLength, fragment.length - keys.tagLength);
  const decipher = createDecipheriv(keys.cipher, keys.key, nonce, { authTagLength: keys.tagLength });
  decipher.setAuthTag(fragment.subarray(fragment.length - keys.tagLength));
  decipher.setAAD(additionalData(head, sealed.length), { plaintextLength: sealed.length });
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}
