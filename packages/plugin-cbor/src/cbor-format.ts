import { decodeCbor, type PayloadFormat } from "@coapkit/core";
import { Tagged } from "cborg";
import { encodeCbor } from "./encode-cbor.js";

/** CoAP Content-Format number of `application/cbor`. RFC 8949 §9.3. */
export const CBOR_CONTENT_FORMAT = 60;

/** How a payload is read. */
export interface DecodeLimits {
  /** Levels of arrays, maps and tags in each other; a scalar has none. */
  readonly maxDepth: number;
}

/** The codec for `application/cbor` and, by its suffix, for every `+cbor` type without a codec of its own. RFC 8949 §9.5. */
export function cborFormat({ maxDepth }: DecodeLimits): PayloadFormat {
  const options = { maxDepth, tagged: (tag: number, content: unknown) => new Tagged(tag, content) };
  return {
    contentFormat: CBOR_CONTENT_FORMAT,
    mediaType: "application/cbor",
    structured: true,
    suffix: "+cbor",
    encode: encodeCbor,
    decode: (payload) => decodeCbor(payload, options),
  };
}
