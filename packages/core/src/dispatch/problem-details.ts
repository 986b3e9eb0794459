import { ContentFormat, codeName } from "@coapkit/protocol";

/** Keys of the standard problem detail entries. RFC 9290 §2. */
const TITLE = 0x20;
const DETAIL = 0x21;
const RESPONSE_CODE = 0x23;

const MAP = 0xa0;
const TEXT = 0x60;
const UNSIGNED = 0x00;

/**
 * A concise problem details document (CBOR, Content-Format 257): title, detail and response code. RFC 9290 §2.
 * The map is small and of one shape, so it is written here and needs no codec.
 */
export function encodeProblemDetails(code: number, detail: string | undefined): Uint8Array {
  const title = codeName(code);
  const entries: Uint8Array[] = [];
  if (title !== undefined) entries.push(Uint8Array.of(TITLE), cborText(title));
  if (detail !== undefined && detail !== "") entries.push(Uint8Array.of(DETAIL), cborText(detail));
  entries.push(Uint8Array.of(RESPONSE_CODE), cborHead(UNSIGNED, code));
  return Buffer.concat([Uint8Array.of(MAP | (entries.length / 2)), ...entries]);
}

/** Whether a client that accepts this format can read problem details: they themselves, or any CBOR. */
export function acceptsProblemDetails(accept: number): boolean {
  return accept === ContentFormat.ProblemDetailsCbor || accept === ContentFormat.Cbor;
}

function cborText(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Buffer.concat([cborHead(TEXT, bytes.length), bytes]);
}

/** Major type and argument of up to 32 bits. RFC 8949 §3. */
function cborHead(major: number, argument: number): Uint8Array {
  if (argument < 24) return Uint8Array.of(major | argument);
  if (argument < 256) return Uint8Array.of(major | 24, argument);
  if (argument < 65_536) return Uint8Array.of(major | 25, argument >> 8, argument);
  return Uint8Array.of(major | 26, argument >> 24, argument >> 16, argument >> 8, argument);
}
