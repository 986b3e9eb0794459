import { type BlockSource, Code, ContentFormat, isSafeMethod, OptionNumber } from "@coapkit/protocol";
import type { RequestContext } from "../context/request-context.js";
import { octetStreamFormat, textFormat } from "../formats/builtin-formats.js";
import { codecFor, type FormatRegistry } from "../formats/format-registry.js";
import type { Response } from "../ports/engine.js";
import type { FormatChoice, PayloadFormat } from "../ports/payload-format.js";
import type { Reply } from "../reply/reply.js";
import { sourceOf } from "./body-source.js";
import { CURRENT_ETAG, holdsEtag } from "./preconditions.js";
import { acceptsProblemDetails, encodeProblemDetails } from "./problem-details.js";

const FIRST_ERROR_CODE = Code.BadRequest;
const NO_PAYLOAD = new Uint8Array(0);
const NO_OPTIONS: Response["options"] = Object.freeze([]);

const TEXT = choiceOf(textFormat);
const BYTES = choiceOf(octetStreamFormat);

/** When an error is explained by a problem details document instead of a diagnostic text. RFC 9290. */
export type ProblemDetailsMode = "accepted" | "always" | "never";

/** Turns values and replies into responses. */
export class ResponseEncoder {
  readonly #formats: FormatRegistry;
  readonly #problemDetails: ProblemDetailsMode;
  readonly #defaultStructured: FormatChoice | undefined;

  constructor(formats: FormatRegistry, problemDetails: ProblemDetailsMode) {
    this.#formats = formats;
    this.#problemDetails = problemDetails;
    const structured = formats.all().find((format) => format.structured);
    this.#defaultStructured = structured && choiceOf(structured);
  }

  /** A bare value with the method's own code, or none at all. @throws what the codec throws, or TypeError where none fits */
  encodeValue(ctx: RequestContext, code: number, value: unknown): Response {
    return value === undefined ? bare(code) : this.#encode(ctx, code, value, NO_OPTIONS);
  }

  /** A reply. @throws like `encodeValue` */
  encodeReply(ctx: RequestContext, reply: Reply): Response {
    const { code, payload, options, contentFormat } = reply;
    if (contentFormat !== undefined && payload !== undefined) {
      if (isUnwanted(ctx, code, contentFormat)) return this.#error(ctx, Code.NotAcceptable, undefined, NO_OPTIONS);
      const source = sourceOf(payload);
      if (source !== undefined) return this.#fromSource(ctx, source, code, contentFormat, options);
      return this.#withEtag(ctx, this.#encodeAs(ctx, reply, contentFormat));
    }
    const isDiagnostic = code >= FIRST_ERROR_CODE && (payload === undefined || typeof payload === "string");
    if (isDiagnostic) return this.#error(ctx, code, payload, options);
    return payload === undefined
      ? response(code, undefined, options, NO_PAYLOAD)
      : this.#encode(ctx, code, payload, options);
  }

  #encode(ctx: RequestContext, code: number, value: unknown, options: Response["options"]): Response {
    if (typeof value === "object") {
      const source = sourceOf(value);
      if (source !== undefined)
        return this.#fromSource(ctx, source, code, (ctx.format ?? BYTES).contentFormat, options);
    }
    // Who accepts nothing but explained failures gets no representation; negotiation let the action run all the same.
    if (ctx.format === undefined && ctx.accept === ContentFormat.ProblemDetailsCbor) {
      return response(code, undefined, options, NO_PAYLOAD);
    }
    const { codec, contentFormat } = ctx.format ?? this.#choiceFor(value);
    if (codec.represents?.(value) === false) return this.#unrepresentable(ctx, codec);
    return this.#withEtag(ctx, response(code, contentFormat, options, encodeWith(codec, value, contentFormat)));
  }

  /** The body stays with the context until the response goes out. */
  #fromSource(
    ctx: RequestContext,
    source: BlockSource,
    code: number,
    contentFormat: number,
    options: Response["options"],
  ): Response {
    const encoded = this.#withEtag(ctx, response(code, contentFormat, options, NO_PAYLOAD));
    if (encoded.code === Code.Valid) source.close?.();
    else ctx.source = source;
    return encoded;
  }

  #error(ctx: RequestContext, code: number, detail: string | undefined, options: Response["options"]): Response {
    const wanted =
      this.#problemDetails === "always" || (this.#problemDetails === "accepted" && acceptsProblemDetails(ctx.accept));
    if (!wanted) return response(code, undefined, options, detail ?? NO_PAYLOAD);
    return response(code, ContentFormat.ProblemDetailsCbor, options, encodeProblemDetails(code, detail));
  }

  /** The handler names the format: bytes and texts are taken to be encoded already. */
  #encodeAs(ctx: RequestContext, { code, payload, options }: Reply, contentFormat: number): Response {
    if (payload instanceof Uint8Array || typeof payload === "string")
      return response(code, contentFormat, options, payload);
    const format = this.#formats.get(contentFormat);
    if (format === undefined)
      throw new TypeError(
        `No codec for content format ${contentFormat}; load a plugin that has one, or reply with bytes.`,
      );
    const codec = codecFor(ctx.route, format);
    return response(code, contentFormat, options, encodeWith(codec, payload, contentFormat));
  }

  #choiceFor(value: unknown): FormatChoice {
    if (typeof value === "string") return TEXT;
    if (value instanceof Uint8Array) return BYTES;
    if (this.#defaultStructured !== undefined) return this.#defaultStructured;
    throw new TypeError("No loaded plugin encodes objects; add json() to the app's plugins.");
  }

  /** The client's choice where the route left it open (4.06), else the handler's fault. */
  #unrepresentable(ctx: RequestContext, codec: PayloadFormat): Response {
    if (ctx.accept >= 0 && ctx.route.options.produces === undefined) {
      return this.#error(
        ctx,
        Code.NotAcceptable,
        `This representation cannot be sent as ${codec.mediaType}.`,
        NO_OPTIONS,
      );
    }
    throw new TypeError(
      `${ctx.route.name} answered with what ${codec.mediaType} cannot represent; encode it, or declare another format in produces.`,
    );
  }

  /** Adds the entity-tag that the route declares, and answers 2.03 to a client that holds it. RFC 7252 §5.10.6. */
  #withEtag(ctx: RequestContext, encoded: Response): Response {
    if (encoded.code !== Code.Content || !isSafeMethod(ctx.request.method)) return encoded;
    const own = encoded.options.find((option) => option.number === OptionNumber.ETag)?.value;
    const etag = own ?? ctx.get(CURRENT_ETAG);
    if (!(etag instanceof Uint8Array)) return encoded;
    const options =
      own === undefined ? [...encoded.options, { number: OptionNumber.ETag, value: etag }] : encoded.options;
    // RFC 7252 §5.9.1.3: the options of a 2.03, Max-Age above all, take the place of those that the client has stored.
    if (holdsEtag(ctx, etag)) return response(Code.Valid, undefined, options, NO_PAYLOAD);
    return { ...encoded, options };
  }
}

/** Whether a representation whose format only its handler knew is in another one than the client accepts. RFC 7252 §5.10.4. */
function isUnwanted(ctx: RequestContext, code: number, contentFormat: number): boolean {
  return (
    ctx.accept >= 0 &&
    ctx.accept !== contentFormat &&
    code === Code.Content &&
    ctx.route.options.produces?.length === 0 &&
    isSafeMethod(ctx.request.method)
  );
}

/** A response with a code alone. */
export function bare(code: number): Response {
  return response(code, undefined, NO_OPTIONS, NO_PAYLOAD);
}

/** @throws what the codec throws, and TypeError where it gives neither bytes nor a text */
function encodeWith(codec: PayloadFormat, value: unknown, contentFormat: number): Uint8Array | string {
  const payload: unknown = codec.encode(value, contentFormat);
  if (typeof payload === "string" || payload instanceof Uint8Array) return payload;
  throw new TypeError(`${codec.mediaType} cannot represent a value of type ${typeof value}; return plain values.`);
}

function choiceOf(codec: PayloadFormat): FormatChoice {
  return { contentFormat: codec.contentFormat, codec };
}

function response(
  code: number,
  contentFormat: number | undefined,
  options: Response["options"],
  payload: Response["payload"],
): Response {
  return { code, contentFormat, options, payload };
}
