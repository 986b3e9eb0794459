import { CONTENT_FORMATS, type ContentFormatRow } from "./registry.js";

const BY_NUMBER: ReadonlyMap<number, ContentFormatRow> = new Map(CONTENT_FORMATS.map((row) => [row[0], row]));
const BY_MEDIA_TYPE: ReadonlyMap<string, number> = new Map(
  CONTENT_FORMATS.map(([number, mediaType, contentCoding]) => [keyOf(mediaType, contentCoding), number]),
);

/** Media type of a Content-Format, with its parameters, as registered; `undefined` when it is not registered. */
export function mediaTypeOf(number: number): string | undefined {
  return BY_NUMBER.get(number)?.[1];
}

/** Content coding of a Content-Format, such as `deflate`; `undefined` for identity and for unregistered numbers. */
export function contentCodingOf(number: number): string | undefined {
  return BY_NUMBER.get(number)?.[2];
}

/**
 * Content-Format of a media type with these parameters and this content coding. Case, quotes and the blanks around `;`
 * do not matter; parameters do, with one exception: `text/plain` alone means its only registered charset, utf-8.
 */
export function contentFormatOf(mediaType: string, contentCoding?: string): number | undefined {
  return BY_MEDIA_TYPE.get(keyOf(mediaType, contentCoding));
}

/** Structured syntax suffix of a Content-Format, such as `+json` for 110; `undefined` where there is none. RFC 6839. */
export function structuredSuffixOf(number: number): string | undefined {
  const mediaType = mediaTypeOf(number);
  if (mediaType === undefined) return undefined;
  const [essence = ""] = mediaType.split(";", 1);
  const plusAt = essence.lastIndexOf("+");
  return plusAt < 0 ? undefined : essence.slice(plusAt);
}

function keyOf(mediaType: string, contentCoding = ""): string {
  const parts = mediaType.toLowerCase().replaceAll('"', "").split(";");
  const joined = parts.map((part) => part.trim()).join(";");
  const key = joined === "text/plain" ? "text/plain;charset=utf-8" : joined;
  return contentCoding === "" ? key : `${key} ${contentCoding.toLowerCase()}`;
}
