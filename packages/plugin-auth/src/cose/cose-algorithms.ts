import { createHmac, type KeyObject, timingSafeEqual, verify } from "node:crypto";

/** How one COSE algorithm checks what a message holds. */
export interface CoseAlgorithm {
  readonly kind: "mac" | "signature";
  /** Whether a key is one for this algorithm. */
  fits(key: KeyObject): boolean;
  check(key: KeyObject, protectedContent: Uint8Array, proof: Uint8Array): boolean;
}

/** RFC 9053 §2.1, §2.2, §3.1, by number. */
export const COSE_ALGORITHMS: ReadonlyMap<number, CoseAlgorithm> = new Map([
  [-7, ecdsa("sha256", "prime256v1")],
  [-35, ecdsa("sha384", "secp384r1")],
  [-36, ecdsa("sha512", "secp521r1")],
  [-8, eddsa()],
  [4, hmac("sha256", 8)],
  [5, hmac("sha256", 32)],
  [6, hmac("sha384", 48)],
  [7, hmac("sha512", 64)],
]);

function ecdsa(hash: string, namedCurve: string): CoseAlgorithm {
  return {
    kind: "signature",
    fits: (key) => key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === namedCurve,
    check: (key, content, proof) => verify(hash, content, { key, dsaEncoding: "ieee-p1363" }, proof),
  };
}

function eddsa(): CoseAlgorithm {
  return {
    kind: "signature",
    fits: (key) => key.asymmetricKeyType === "ed25519",
    check: (key, content, proof) => verify(null, content, key, proof),
  };
}

function hmac(hash: string, bytes: number): CoseAlgorithm {
  return {
    kind: "mac",
    fits: (key) => key.type === "secret",
    check: (key, content, proof) => {
      if (proof.length !== bytes) return false;
      return timingSafeEqual(createHmac(hash, key).update(content).digest().subarray(0, bytes), proof);
    },
  };
}
