import type { PayloadFormat } from "@coapkit/core";
import { type DecodeLimits, decodeCbor } from "./decode-cbor.js";
import { encodeCbor } from "./encode-cbor.js";

/** CoAP Content-Format number of `application/cbor`. RFC 8949 §9.3. */
export const CBOR_CONTENT_FORMAT = 60;

/** The codec for `application/cbor` and, by its suffix, for every `+cbor` type without a codec of its own. RFC 8949 §9.5. */
export function cborFormat(limits: DecodeLimits): PayloadFormat {
  return {
    contentFormat: CBOR_CONTENT_FORMAT,
    mediaType: "application/cbor",
    structured: true,
    suffix: "+cbor",
    encode: encodeCbor,
    decode: (payload) => decodeCbor(payload, limits),
  };
}
