import { isUtf8 } from "node:buffer";
import { ContentFormat, fail, formatLinks, type Link, ok, parseLinkFormat } from "@coapkit/protocol";
import type { PayloadFormat } from "../ports/payload-format.js";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function decodeText(payload: Uint8Array) {
  return isUtf8(payload) ? ok(decoder.decode(payload)) : fail("The payload is not UTF-8.");
}

/** 0, text/plain;charset=utf-8: texts, numbers and booleans. RFC 7252 §12.3. */
export const textFormat: PayloadFormat = Object.freeze({
  contentFormat: ContentFormat.TextPlain,
  mediaType: "text/plain;charset=utf-8",
  structured: false,
  represents: (value: unknown) => typeof value === "string" || typeof value === "number" || typeof value === "boolean",
  encode: (value: unknown) => String(value),
  decode: decodeText,
});

/** 40, application/link-format: a list of links. RFC 6690. */
export const linkFormat: PayloadFormat = Object.freeze({
  contentFormat: ContentFormat.LinkFormat,
  mediaType: "application/link-format",
  structured: false,
  represents: (value: unknown) => Array.isArray(value) && value.every(isLink),
  encode: (value: unknown) => formatLinks(value as readonly Link[]),
  decode: (payload: Uint8Array) => {
    const text = decodeText(payload);
    return text.ok ? parseLinkFormat(text.value) : text;
  },
});

/** 42, application/octet-stream, and every number without a codec: bytes as they are. */
export function bytesFormat(contentFormat: number, mediaType: string): PayloadFormat {
  return Object.freeze({
    contentFormat,
    mediaType,
    structured: false,
    represents: (value: unknown) => value instanceof Uint8Array || typeof value === "string",
    encode: (value: unknown) => value as Uint8Array | string,
    decode: (payload: Uint8Array) => ok(new Uint8Array(payload)),
  });
}

/** 42, application/octet-stream. */
export const octetStreamFormat = Object.freeze({
  ...bytesFormat(ContentFormat.OctetStream, "application/octet-stream"),
  represents: (value: unknown) => value instanceof Uint8Array,
});

function isLink(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as Link).target === "string";
}
