import type { KeyObject } from "node:crypto";
import type { Result } from "@coapkit/core";
import { encode } from "cborg";
import { COSE_ALGORITHMS, type CoseAlgorithm } from "./cose-algorithms.js";
import type { CoseMessage } from "./decode-cose.js";

/** A key, and what messages call it. */
export interface CoseKey {
  /** Key identifier; a message that names another key is not checked with this one. RFC 9052 §3.1. */
  readonly kid?: Uint8Array | undefined;
  readonly key: KeyObject;
}

/** Labels of header parameters. RFC 9052 §3.1. */
const ALG = 1;
const CRIT = 2;
const KID = 4;
const NO_EXTERNAL_DATA = new Uint8Array(0);

/** Whether one of the keys has made the proof of a message; its payload, then. RFC 9052 §4.4, §6.3. */
export function verifyCose(message: CoseMessage, keys: readonly CoseKey[]): Result<Uint8Array> {
  const { protectedHeader, unprotectedHeader, payload, proof, kind } = message;
  if (protectedHeader.has(CRIT) || unprotectedHeader.has(CRIT))
    return refusal("a critical header parameter is not understood");
  const algorithm = COSE_ALGORITHMS.get(protectedHeader.get(ALG) as number);
  if (algorithm === undefined) return refusal("the algorithm is not protected, or not supported");
  if (kind !== undefined && kind !== algorithm.kind) return refusal("the algorithm does not go with the message");
  const kid = protectedHeader.get(KID) ?? unprotectedHeader.get(KID);
  const content = contentOf(message, algorithm);
  const isGenuine = keys.some((candidate) => isFor(candidate, kid, algorithm) && passes(candidate, content));
  return isGenuine ? { ok: true, value: payload } : refusal("no key has made the proof");

  function passes({ key }: CoseKey, bytes: Uint8Array): boolean {
    return (algorithm as CoseAlgorithm).check(key, bytes, proof);
  }
}

function isFor(candidate: CoseKey, kid: unknown, algorithm: CoseAlgorithm): boolean {
  if (!algorithm.fits(candidate.key)) return false;
  if (!(kid instanceof Uint8Array) || candidate.kid === undefined) return true;
  return Buffer.compare(kid, candidate.kid) === 0;
}

/** Sig_structure or MAC_structure: what the proof speaks of. */
function contentOf({ protectedBytes, payload }: CoseMessage, { kind }: CoseAlgorithm): Uint8Array {
  return encode([kind === "mac" ? "MAC0" : "Signature1", protectedBytes, NO_EXTERNAL_DATA, payload]);
}

function refusal(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
