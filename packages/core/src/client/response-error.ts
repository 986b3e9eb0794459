import { CoapkitError, codeName, formatCode } from "@coapkit/protocol";
import type { ClientReply } from "./client-reply.js";
import type { ProblemDetails } from "./problem-details.js";

/** Longest part of a peer's text in a message, in characters. */
const MAX_DIAGNOSTIC_LENGTH = 240;

/**
 * A server answered a request of `app.client` with an error: `reply.code` says which. Where a handler lets it pass, that
 * handler's own client gets an empty 5.00, and nothing of what the other server said.
 */
export abstract class ResponseError extends CoapkitError {
  /** Not a key of the error, so that logs hold no payloads. */
  readonly #reply: ClientReply;

  /** @param request method and URI, for the message */
  constructor(reply: ClientReply, request: string) {
    super(`${request} was answered ${nameOf(reply.code)}${quote(reply.diagnostic)}`);
    this.#reply = reply;
  }

  get reply(): ClientReply {
    return this.#reply;
  }

  /** What the server says about it. RFC 7252 §5.5.2. */
  get diagnostic(): string | undefined {
    return this.#reply.diagnostic;
  }

  /** Problem details, where the server sent them and the app has a codec for them. RFC 9290. */
  get problem(): ProblemDetails | undefined {
    return this.#reply.problem;
  }
}

/** 4.xx: the same request will fail again. RFC 7252 §5.9.2. */
export class ClientError extends ResponseError {
  override readonly code = "COAPKIT_ERR_CLIENT_ERROR";
}

/** 5.xx: the server cannot do it at the moment, or at all. RFC 7252 §5.9.3. */
export class ServerError extends ResponseError {
  override readonly code = "COAPKIT_ERR_SERVER_ERROR";
}

function nameOf(code: number): string {
  const name = codeName(code);
  return name === undefined ? formatCode(code) : `${formatCode(code)} ${name}`;
}

/** A peer's text on one line: it may end up in a log. */
function quote(diagnostic: string | undefined): string {
  if (diagnostic === undefined) return ".";
  const line = diagnostic.replaceAll(/\p{C}+/gu, " ");
  return `: ${line.length > MAX_DIAGNOSTIC_LENGTH ? `${line.slice(0, MAX_DIAGNOSTIC_LENGTH - 1)}…` : line}`;
}
