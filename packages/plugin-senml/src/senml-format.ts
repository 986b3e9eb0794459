import type { FormatRoute, PayloadFormat, Result } from "@coapkit/core";
import { decodeCborPack, encodeCborPack } from "./cbor-pack.js";
import { decodeJsonPack, encodeJsonPack } from "./json-pack.js";
import { readPackAs, type SenmlSettings } from "./read-pack-as.js";
import { Senml, type SenmlMapping } from "./senml-mapping.js";
import type { SenmlPack } from "./senml-record.js";
import { valueToPack } from "./value-to-pack.js";

/** CoAP Content-Format numbers. RFC 8428 §12.5. */
export const SENML_JSON_CONTENT_FORMAT = 110;
export const SENML_CBOR_CONTENT_FORMAT = 112;

/** How one representation reads and writes packs. */
interface Representation {
  readonly contentFormat: number;
  readonly mediaType: string;
  encode(pack: SenmlPack): Uint8Array | string;
  decode(payload: Uint8Array, maxRecords: number): Result<SenmlPack>;
}

const JSON_REPRESENTATION: Representation = {
  contentFormat: SENML_JSON_CONTENT_FORMAT,
  mediaType: "application/senml+json",
  encode: encodeJsonPack,
  decode: decodeJsonPack,
};

const CBOR_REPRESENTATION: Representation = {
  contentFormat: SENML_CBOR_CONTENT_FORMAT,
  mediaType: "application/senml+cbor",
  encode: encodeCborPack,
  decode: decodeCborPack,
};

/** The codec for `application/senml+json`. RFC 8428 §5. */
export function senmlJsonFormat(settings: SenmlSettings): PayloadFormat {
  return formatOf(JSON_REPRESENTATION, settings);
}

/** The codec for `application/senml+cbor`. RFC 8428 §6. */
export function senmlCborFormat(settings: SenmlSettings): PayloadFormat {
  return formatOf(CBOR_REPRESENTATION, settings);
}

function formatOf(representation: Representation, settings: SenmlSettings): PayloadFormat {
  const { contentFormat, mediaType } = representation;
  const encode = (value: unknown): Uint8Array | string => {
    const pack = valueToPack(value, settings);
    if (!pack.ok) throw new TypeError(`${mediaType} cannot represent this value: ${pack.reason}.`);
    return representation.encode(pack.value);
  };
  return {
    contentFormat,
    mediaType,
    structured: false,
    represents: (value) => valueToPack(value, settings).ok,
    encode,
    decode(payload) {
      const pack = representation.decode(payload, settings.maxRecords);
      return pack.ok ? readPackAs(pack.value, settings) : pack;
    },
    forRoute: (route) => forRoute(representation, settings, route),
  };
}

function forRoute(representation: Representation, settings: SenmlSettings, route: FormatRoute): PayloadFormat {
  const { forRoute: _, ...format } = formatOf(representation, { ...settings, ...mappingOf(route) });
  // Where the route promises SenML, a value that is none is a bug: encode says more about it than a 4.06 could.
  return route.options.produces === undefined ? format : { ...format, represents: () => true };
}

function mappingOf(route: FormatRoute): Pick<SenmlSettings, keyof SenmlMapping> | undefined {
  const mapping = Object.entries(route.meta(Senml) ?? {}).filter(([, value]) => value !== undefined);
  return mapping.length === 0 ? undefined : (Object.fromEntries(mapping) as Pick<SenmlSettings, keyof SenmlMapping>);
}
