import { type DecodeJsonOptions, decodeJson, type PayloadFormat } from "@coapkit/core";
import { encodeJson } from "../encode-json.js";
import { JsonPatch } from "./json-patch.js";
import { MergePatch } from "./merge-patch.js";
import type { PatchLimits } from "./patch-limits.js";

/** CoAP Content-Format number of `application/json-patch+json`. RFC 8132 §6. */
export const JSON_PATCH_CONTENT_FORMAT = 51;
/** CoAP Content-Format number of `application/merge-patch+json`. RFC 8132 §6. */
export const MERGE_PATCH_CONTENT_FORMAT = 52;

/** The codec for `application/json-patch+json`: payloads become a `JsonPatch`; one to be sent may be a plain array, too. RFC 6902. */
export function jsonPatchFormat(options: DecodeJsonOptions & PatchLimits): PayloadFormat {
  return {
    contentFormat: JSON_PATCH_CONTENT_FORMAT,
    mediaType: "application/json-patch+json",
    structured: false,
    onlyWhereNamed: true,
    represents: (value) => value instanceof JsonPatch || Array.isArray(value),
    encode: encodeJson,
    decode(payload) {
      const decoded = decodeJson(payload, options);
      return decoded.ok ? JsonPatch.read(decoded.value, options) : decoded;
    },
  };
}

/** The codec for `application/merge-patch+json`: payloads become a `MergePatch`; one to be sent may be any JSON value. RFC 7396. */
export function mergePatchFormat(options: DecodeJsonOptions): PayloadFormat {
  return {
    contentFormat: MERGE_PATCH_CONTENT_FORMAT,
    mediaType: "application/merge-patch+json",
    structured: false,
    onlyWhereNamed: true,
    encode: encodeJson,
    decode(payload) {
      const decoded = decodeJson(payload, options);
      return decoded.ok ? { ok: true, value: new MergePatch(decoded.value) } : decoded;
    },
  };
}
