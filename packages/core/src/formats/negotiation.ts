import { Code, ContentFormat, isSafeMethod, Method, mediaTypeOf } from "@coapkit/protocol";
import type { RoutePlan } from "../context/route-plan.js";
import type { FormatChoice, FormatName, PayloadFormat } from "../ports/payload-format.js";
import { Reply } from "../reply/reply.js";
import { codecFor, type FormatRegistry } from "./format-registry.js";

type FormatTable = ReadonlyMap<number, FormatChoice>;

/** What a route can send and take, looked up by Content-Format number; made at boot. */
export interface Negotiation {
  /** What to encode with where Accept is absent, by the request's Content-Format (-1: none); `undefined` where the value decides. */
  preferredFor(contentFormat: number): FormatChoice | undefined;
  /** What to encode with for a number in Accept: a codec, nothing (the answer has no payload), or the 4.06. RFC 7252 §5.10.4. */
  encoderFor(accept: number): FormatChoice | Reply | undefined;
  /** What to decode with for a Content-Format (-1: none): a codec, or the 4.15 or 4.00. RFC 7252 §5.10.3. */
  decoderFor(contentFormat: number): FormatChoice | Reply;
  /** Whether the Content-Format of a request matters at all. */
  readonly checksPayload: boolean;
}

/** Works out what a route produces and consumes. @throws ConfigError for an unknown media type */
export function compileNegotiation(route: RoutePlan, formats: FormatRegistry): Negotiation {
  const { produces, consumes } = route.options;
  const offered = formats.all();
  const isAction = route.method !== undefined && !isSafeMethod(Method[route.method]);
  const sends = produces
    ? namedFormats(produces, "produces", route, formats)
    : // What an action returns is known only after its side effect, so it offers just the formats that fit any value.
      tableOf(
        route,
        offered.filter((format) => format.structured || !isAction),
      );
  const takes = consumes
    ? namedFormats(consumes, "consumes", route, formats)
    : tableOf(
        route,
        offered.filter((format) => format.structured),
      );
  const notAcceptable = new Reply(Code.NotAcceptable, `Content formats to accept here: ${listOf(sends)}.`);
  const unsupported = new Reply(Code.UnsupportedContentFormat, `Content formats to send here: ${listOf(takes)}.`);
  const missing = new Reply(Code.BadRequest, `Content-Format is missing; one of: ${listOf(takes)}.`);
  const preferred = produces ? sends.values().next().value : undefined;
  const checksPayload = route.takesPayload || consumes !== undefined;
  return {
    // Who sends a format reads it, too: that says more than the order of the declaration.
    preferredFor: (contentFormat) => (preferred && checksPayload && sends.get(contentFormat)) || preferred,
    encoderFor(accept) {
      if (sends.size === 0 && produces !== undefined) return undefined;
      const format = sends.get(accept);
      if (format !== undefined) return format;
      // RFC 9290: who acts without wanting a payload back may still ask for failures to be explained.
      return isAction && accept === ContentFormat.ProblemDetailsCbor ? undefined : notAcceptable;
    },
    decoderFor: (contentFormat) => takes.get(contentFormat) ?? (contentFormat < 0 ? missing : unsupported),
    checksPayload,
  };
}

function namedFormats(
  names: readonly FormatName[],
  where: "produces" | "consumes",
  route: RoutePlan,
  formats: FormatRegistry,
): FormatTable {
  return new Map(
    names.map((name) => {
      const contentFormat = formats.numberOf(name, `${where} of ${route.name}`);
      return [contentFormat, { contentFormat, codec: codecFor(route, formats.resolve(contentFormat)) }];
    }),
  );
}

function tableOf(route: RoutePlan, codecs: readonly PayloadFormat[]): FormatTable {
  return new Map(
    codecs.map((codec) => [codec.contentFormat, { contentFormat: codec.contentFormat, codec: codecFor(route, codec) }]),
  );
}

function listOf(formats: FormatTable): string {
  return [...formats.values()].map(describeChoice).join(", ") || "none";
}

function describeChoice({ contentFormat, codec }: FormatChoice): string {
  return `${contentFormat} (${mediaTypeOf(contentFormat) ?? codec.mediaType})`;
}
