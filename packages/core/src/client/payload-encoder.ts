import { ContentFormat, RequestError } from "@coapkit/protocol";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { FormatName, PayloadFormat } from "../ports/payload-format.js";

/** A value as it is sent. */
export interface EncodedPayload {
  readonly payload: Uint8Array | string | undefined;
  readonly contentFormat: number | undefined;
}

const NOTHING: EncodedPayload = { payload: undefined, contentFormat: undefined };

/** Number of a format by number, media type or subtype: `json` is `application/json`. @throws RequestError */
export function formatNumber(formats: FormatRegistry, name: FormatName, where: string): number {
  try {
    return formats.numberOf(typeof name === "string" && !name.includes("/") ? `application/${name}` : name, where);
  } catch (cause) {
    throw new RequestError((cause as Error).message, { cause });
  }
}

/** Bytes and texts as they are, other values by the codec of their format. @throws RequestError where nothing encodes it */
export function encodePayload(formats: FormatRegistry, value: unknown, name?: FormatName): EncodedPayload {
  if (value === undefined) return NOTHING;
  const named = name === undefined ? undefined : formatNumber(formats, name, "contentFormat");
  if (typeof value === "string") return { payload: value, contentFormat: named ?? ContentFormat.TextPlain };
  if (value instanceof Uint8Array) return { payload: value, contentFormat: named ?? ContentFormat.OctetStream };
  const codec = named === undefined ? defaultCodec(formats) : codecOf(formats, named);
  const contentFormat = named ?? codec.contentFormat;
  return { payload: encodeWith(codec, value, contentFormat), contentFormat };
}

function defaultCodec(formats: FormatRegistry): PayloadFormat {
  const offered = formats.all().filter(({ structured, onlyWhereNamed }) => structured && onlyWhereNamed !== true);
  const codec = formats.get(ContentFormat.Json) ?? offered[0];
  if (codec !== undefined) return codec;
  throw new RequestError("No loaded plugin encodes objects; add json() to the app's plugins, or send bytes or a text.");
}

function codecOf(formats: FormatRegistry, contentFormat: number): PayloadFormat {
  const codec = formats.get(contentFormat);
  if (codec !== undefined) return codec;
  const { mediaType } = formats.resolve(contentFormat);
  throw new RequestError(
    `No loaded plugin encodes content format ${contentFormat} (${mediaType}); load one that does, or send bytes.`,
  );
}

function encodeWith(codec: PayloadFormat, value: unknown, contentFormat: number): Uint8Array | string {
  if (codec.represents?.(value) === false) throw unrepresentable(codec);
  try {
    const payload: unknown = codec.encode(value, contentFormat);
    if (typeof payload === "string" || payload instanceof Uint8Array) return payload;
  } catch (cause) {
    throw unrepresentable(codec, { cause });
  }
  throw unrepresentable(codec);
}

function unrepresentable({ mediaType }: PayloadFormat, options?: ErrorOptions): RequestError {
  const text = `The value cannot be sent as ${mediaType}; pass plain values, or name another contentFormat.`;
  return new RequestError(text, options);
}
