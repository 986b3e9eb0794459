import { type DecodeJsonOptions, decodeJson, type PayloadFormat } from "@coapkit/core";
import { encodeJson } from "./encode-json.js";

/** CoAP Content-Format number of `application/json`. RFC 7252 §12.3. */
export const JSON_CONTENT_FORMAT = 50;

/** The codec for `application/json` and, by its suffix, for every `+json` type without a codec of its own. RFC 6839 §3.1. */
export function jsonFormat(limits: DecodeJsonOptions): PayloadFormat {
  return {
    contentFormat: JSON_CONTENT_FORMAT,
    mediaType: "application/json",
    structured: true,
    suffix: "+json",
    represents: (value) => !(value instanceof Uint8Array),
    encode: encodeJson,
    decode: (payload) => decodeJson(payload, limits),
  };
}
