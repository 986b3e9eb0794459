// The IANA registry "CoAP Content-Formats" as a table: number, media type, content coding where there is one.

/** One row of the registry: number, media type with its parameters, content coding. */
export type ContentFormatRow = readonly [number: number, mediaType: string, contentCoding?: string];

/** Registered Content-Formats by number. RFC 7252 §12.3. */
export const CONTENT_FORMATS: readonly ContentFormatRow[] = [
  [0, "text/plain; charset=utf-8"],
  [40, "application/link-format"],
  [41, "application/xml"],
  [42, "application/octet-stream"],
  [47, "application/exi"],
  [50, "application/json"],
  [51, "application/json-patch+json"],
  [52, "application/merge-patch+json"],
  [60, "application/cbor"],
  [61, "application/cwt"],
  [62, "application/multipart-core"],
  [63, "application/cbor-seq"],
  [110, "application/senml+json"],
  [111, "application/sensml+json"],
  [112, "application/senml+cbor"],
  [113, "application/sensml+cbor"],
  [114, "application/senml-exi"],
  [115, "application/sensml-exi"],
  [257, "application/concise-problem-details+cbor"],
  [310, "application/senml+xml"],
  [311, "application/sensml+xml"],
  [320, "application/senml-etch+json"],
  [322, "application/senml-etch+cbor"],
  [432, "application/td+json"],
];
