import { ConfigError, type OptionSpec, type OptionsSchema, readOptionsSync } from "@coapkit/core";
import { PLUGIN_NAME } from "../plugin-name.js";

/** Least length of a shared secret in bytes: that of the hash. RFC 7518 §3.2, RFC 9053 §3.1. */
export const MIN_SECRET_BYTES = 32;

/** What a schema of options takes. */
export type InputOf<S> = S extends OptionsSchema<infer I, unknown> ? NonNullable<I> : never;

/** Options of one kind of token. @throws ConfigError */
export function readTokenOptions<I, O>(kind: string, schema: OptionsSchema<I, O>, input: unknown): O {
  return readOptionsSync(`${kind} of ${PLUGIN_NAME}`, schema, input);
}

/** A wrong combination of options. */
export function wrongOptions(kind: string, message: string): ConfigError {
  return new ConfigError("COAPKIT_ERR_OPTIONS_INVALID", `Options of ${kind} of ${PLUGIN_NAME} are wrong. ${message}`);
}

/** One text, or several of which one is enough. */
export function texts(): OptionSpec<string | readonly string[], string | readonly string[] | undefined> {
  const isText = (item: unknown): boolean => typeof item === "string" && item !== "";
  const accepts = (value: unknown): boolean =>
    isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
  return { allowed: "a text, or a list of texts", fallback: undefined, accepts };
}

/** Bytes of a secret, or a text that stands for its UTF-8 bytes. */
export function secret(): OptionSpec<Uint8Array | string, Uint8Array | string | undefined> {
  return {
    allowed: `a secret of ${MIN_SECRET_BYTES} bytes or more`,
    fallback: undefined,
    accepts: (value) => isSecret(value) && Buffer.byteLength(value) >= MIN_SECRET_BYTES,
  };
}

function isSecret(value: unknown): value is Uint8Array | string {
  return typeof value === "string" || value instanceof Uint8Array;
}
