import { CoapkitError } from "@coapkit/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { summarizeIssues } from "../schema/standard-schema.js";
import type { ClientReply } from "./client-reply.js";

/** A success came whose payload its format or the schema does not fit; `reply.payload` has the bytes. */
export class DecodeError extends CoapkitError {
  readonly code = "COAPKIT_ERR_DECODE";
  /** Not a key of the error, so that logs hold no payloads. */
  readonly #reply: ClientReply;

  constructor(
    message: string,
    reply: ClientReply,
    /** What the schema found; none where the payload could not be decoded. */
    readonly issues: readonly StandardSchemaV1.Issue[] = [],
  ) {
    super(message);
    this.#reply = reply;
  }

  get reply(): ClientReply {
    return this.#reply;
  }

  /** The value is not what the schema wants. @internal */
  static ofIssues(request: string, reply: ClientReply, issues: readonly StandardSchemaV1.Issue[]): DecodeError {
    return new DecodeError(
      `The reply to ${request} has another value than expected: ${summarizeIssues(issues)}`,
      reply,
      issues,
    );
  }
}
