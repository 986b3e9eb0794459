import { Code } from "@coapkit/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { RequestContext } from "../context/request-context.js";
import { ConfigError } from "../errors/config-error.js";
import { isPromise } from "../hooks/is-promise.js";
import { Reply } from "../reply/reply.js";
import { isSchema, summarizeIssues } from "../schema/standard-schema.js";
import { kernelStep, type Step } from "./steps.js";

/** What of a request a schema checks, and where its output goes. */
export interface Validation {
  readonly schema: StandardSchemaV1;
  /** Named in the diagnostic: `payload`, `query`, `param id`. */
  readonly subject: string;
  /** 4.22 for payloads, which are well-formed here; 4.00 for what addresses the resource. */
  readonly refusal: number;
  read(ctx: RequestContext): unknown;
  write(ctx: RequestContext, value: unknown): void;
}

/**
 * The step that checks; synchronous where the schema is.
 * @param routeName for the message
 * @throws ConfigError where the schema is none
 */
export function validationStep({ schema, subject, refusal, read, write }: Validation, routeName: string): Step {
  if (!isSchema(schema)) {
    throw new ConfigError(
      "COAPKIT_ERR_OPTIONS_INVALID",
      `The schema of ${routeName} for its ${subject} is no Standard Schema; pass one made by zod, valibot, arktype or the like.`,
    );
  }
  const settle = (ctx: RequestContext, result: StandardSchemaV1.Result<unknown>): Reply | undefined => {
    if (result.issues !== undefined) return new Reply(refusal, `Invalid ${subject}: ${summarizeIssues(result.issues)}`);
    write(ctx, result.value);
    return undefined;
  };
  return kernelStep((ctx) => {
    const result = schema["~standard"].validate(read(ctx));
    return isPromise(result) ? result.then((settled) => settle(ctx, settled)) : settle(ctx, result);
  });
}

/** Checks all path parameters. */
export function paramsValidation(schema: StandardSchemaV1): Validation {
  return {
    schema,
    subject: "path",
    refusal: Code.BadRequest,
    read: (ctx) => ctx.params,
    write: (ctx, value) => {
      ctx.params = value as typeof ctx.params;
    },
  };
}

/** Checks the whole query. */
export function queryValidation(schema: StandardSchemaV1): Validation {
  return {
    schema,
    subject: "query",
    refusal: Code.BadRequest,
    read: (ctx) => ({ ...ctx.query }),
    write: (ctx, value) => {
      ctx.query = value as typeof ctx.query;
    },
  };
}

/** Checks the payload: what was decoded, or a copy of the bytes where the route takes them undecoded. */
export function payloadValidation(schema: StandardSchemaV1, isDecoded: boolean): Validation {
  return {
    schema,
    subject: "payload",
    refusal: Code.UnprocessableEntity,
    read: (ctx) => (isDecoded ? ctx.payload : new Uint8Array(ctx.request.payload)),
    write: (ctx, value) => {
      ctx.payload = value;
    },
  };
}

/** Checks one parameter and keeps the outcome as the handler's argument at `index`. */
export function argumentValidation(
  schema: StandardSchemaV1,
  subject: string,
  index: number,
  read: (ctx: RequestContext) => unknown,
): Validation {
  return {
    schema,
    subject,
    refusal: Code.BadRequest,
    read,
    write: (ctx, value) => {
      ctx.args ??= [];
      ctx.args[index] = value;
    },
  };
}
