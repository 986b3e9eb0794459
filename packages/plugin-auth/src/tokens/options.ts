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

/** A secret: of any kind here, since errors of options show what they have found; `secretBytes` looks at it. */
export function secret(): OptionSpec<Uint8Array | string, Uint8Array | string | undefined> {
  return { allowed: "a secret", fallback: undefined, accepts: () => true };
}

/** Bytes of a secret, or of a text that stands for its UTF-8 bytes. @throws ConfigError that does not show it */
export function secretBytes(kind: string, name: string, value: unknown): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  if (bytes instanceof Uint8Array && bytes.length >= MIN_SECRET_BYTES) return bytes;
  const found = bytes instanceof Uint8Array ? `${bytes.length} bytes` : `a value of type ${typeof value}`;
  throw wrongOptions(kind, `${name}: a secret has ${MIN_SECRET_BYTES} bytes or more; found ${found}.`);
}
