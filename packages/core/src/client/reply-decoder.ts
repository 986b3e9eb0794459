import { Code, ContentFormat, codeClass, isSuccessCode, OptionNumber } from "@coapkit/protocol";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { ClientResponse } from "../ports/engine.js";
import type { ClientGetOptions } from "./client-options.js";
import { ClientReply, type DecodedPayload, diagnosticOf } from "./client-reply.js";
import { DecodeError } from "./decode-error.js";
import { readProblemDetails } from "./problem-details.js";
import { ClientError, ServerError } from "./response-error.js";

const SERVER_ERROR_CLASS = 5;
const NO_VALUE: DecodedPayload = { value: undefined, isDecoded: true };

/**
 * A response as a reply.
 * @param request method and URI, for messages
 * @throws ResponseError for 4.xx and 5.xx unless `throwOnError` is false, DecodeError for a success that is not as expected
 */
export async function readReply(
  formats: FormatRegistry,
  response: ClientResponse,
  request: string,
  { schema, throwOnError = true, etag }: ClientGetOptions,
): Promise<ClientReply> {
  if (!isSuccessCode(response.code)) {
    const reply = new ClientReply(response, decodeError(formats, response));
    if (throwOnError) throw responseError(reply, request);
    return reply;
  }
  const reply = decodeSuccess(formats, response, request);
  if (schema === undefined || (reply.isValid && etag !== undefined)) return reply;
  if (!reply.isDecoded) throw new DecodeError(`${undecodable(reply, request)}: ${noCodec(reply)}`, reply);
  const result = await schema["~standard"].validate(reply.value);
  if (result.issues !== undefined) throw DecodeError.ofIssues(request, reply, result.issues);
  return new ClientReply(response, { value: result.value, isDecoded: true });
}

function decodeSuccess(formats: FormatRegistry, response: ClientResponse, request: string): ClientReply {
  const { code, options, payload } = response;
  const contentFormat = options.uint(OptionNumber.ContentFormat);
  const isBare = payload.length === 0 && (contentFormat === undefined || code !== Code.Content);
  if (isBare) return new ClientReply(response, NO_VALUE);
  const decoded = contentFormat === undefined ? undefined : formats.get(contentFormat)?.decode(payload, contentFormat);
  if (decoded?.ok) return new ClientReply(response, { value: decoded.value, isDecoded: true });
  const reply = new ClientReply(response, undecodedOf(payload));
  if (decoded === undefined) return reply;
  throw new DecodeError(`${undecodable(reply, request)}: ${decoded.reason}`, reply);
}

/** The bytes, whatever subclass of Uint8Array the engine gives. */
function undecodedOf(payload: Uint8Array): DecodedPayload {
  return { value: new Uint8Array(payload), isDecoded: false };
}

/** What an error carries is a help, and no reason for another error. */
function decodeError(formats: FormatRegistry, response: ClientResponse): DecodedPayload {
  const { options, payload } = response;
  if (payload.length === 0) return NO_VALUE;
  const diagnostic = diagnosticOf(response);
  if (diagnostic !== undefined) return { value: diagnostic, isDecoded: true };
  const contentFormat = options.uint(OptionNumber.ContentFormat);
  const decoded = contentFormat === undefined ? undefined : formats.get(contentFormat)?.decode(payload, contentFormat);
  if (decoded?.ok !== true) return undecodedOf(payload);
  const isProblem = contentFormat === ContentFormat.ProblemDetailsCbor;
  return { value: decoded.value, isDecoded: true, problem: isProblem ? readProblemDetails(decoded.value) : undefined };
}

function responseError(reply: ClientReply, request: string): ClientError | ServerError {
  const ErrorClass = codeClass(reply.code) === SERVER_ERROR_CLASS ? ServerError : ClientError;
  return new ErrorClass(reply, request);
}

function undecodable({ contentFormat }: ClientReply, request: string): string {
  return `The reply to ${request} cannot be decoded${contentFormat === undefined ? "" : ` as content format ${contentFormat}`}`;
}

function noCodec({ contentFormat }: ClientReply): string {
  return contentFormat === undefined
    ? "it does not say its content format; leave out the schema to get the bytes."
    : "no loaded plugin decodes it; load one that does, ask for another by accept, or leave out the schema to get the bytes.";
}
