import type { Result } from "@coapkit/core";
import { asMap, readCbor, Tagged } from "./read-cbor.js";

/** A COSE message with one proof of where it comes from. RFC 9052 §4.2, §6.2. */
export interface CoseMessage {
  /** What the proof was made with; `undefined` where the message has no tag to say so. */
  readonly kind: "mac" | "signature" | undefined;
  readonly protectedBytes: Uint8Array;
  readonly protectedHeader: ReadonlyMap<unknown, unknown>;
  readonly unprotectedHeader: ReadonlyMap<unknown, unknown>;
  readonly payload: Uint8Array;
  /** Signature or tag. */
  readonly proof: Uint8Array;
}

/** CBOR tags of COSE_Mac0, COSE_Sign1 and CWT. RFC 9052 §2, RFC 8392 §6. */
const MAC0 = 17;
const SIGN1 = 18;
const CWT = 61;

/** Reads a COSE_Sign1 or COSE_Mac0 in a CWT tag or none; whatever its bytes are. */
export function decodeCose(bytes: Uint8Array): Result<CoseMessage> {
  const outer = readCbor(bytes);
  if (!outer.ok) return outer;
  const inner = outer.value instanceof Tagged && outer.value.tag === CWT ? outer.value.content : outer.value;
  const kind = kindOf(inner);
  const parts = inner instanceof Tagged ? inner.content : inner;
  if (!Array.isArray(parts) || parts.length !== 4 || kind === "other") return malformed("no COSE_Sign1 or COSE_Mac0");
  const [protectedBytes, unprotected, payload, proof] = parts as unknown[];
  if (!(protectedBytes instanceof Uint8Array && payload instanceof Uint8Array && proof instanceof Uint8Array))
    return malformed("a part of the COSE message is no byte string");
  const header = protectedBytes.length === 0 ? { ok: true as const, value: new Map() } : readCbor(protectedBytes);
  if (!header.ok) return header;
  const [protectedHeader, unprotectedHeader] = [asMap(header.value), asMap(unprotected)];
  if (protectedHeader === undefined || unprotectedHeader === undefined) return malformed("a header is no map");
  // RFC 9052 §3: what is in both is said twice, and one of the two by anybody on the way.
  if ([...unprotectedHeader.keys()].some((label) => protectedHeader.has(label)))
    return malformed("a header parameter is in both headers");
  return { ok: true, value: { kind, protectedBytes, protectedHeader, unprotectedHeader, payload, proof } };
}

function kindOf(inner: unknown): "mac" | "signature" | "other" | undefined {
  if (!(inner instanceof Tagged)) return undefined;
  if (inner.tag === SIGN1) return "signature";
  return inner.tag === MAC0 ? "mac" : "other";
}

function malformed(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
