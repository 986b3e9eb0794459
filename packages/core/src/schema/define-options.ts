import type { StandardSchemaV1 } from "@standard-schema/spec";

/** How one option is read; made by `integer`, `boolean`, `text`, `oneOf`, `list` and `instance`. */
export interface OptionSpec<TInput, TOutput> {
  /** What is allowed, for messages: `a whole number from 1 to 64`. */
  readonly allowed: string;
  readonly fallback: TOutput;
  accepts(value: unknown): boolean;
  /** Carries the type only. */
  readonly input?: TInput;
}

/** A Standard Schema for options; named here so that a package that exports one need not name the specification. */
export interface OptionsSchema<TInput, TOutput> extends StandardSchemaV1<TInput, TOutput> {}

type Specs = Readonly<Record<string, OptionSpec<unknown, unknown>>>;
type InputOf<S extends Specs> = {
  readonly [K in keyof S]?: S[K] extends OptionSpec<infer I, unknown> ? I | undefined : never;
};
type OutputOf<S extends Specs> = { readonly [K in keyof S]: S[K] extends OptionSpec<unknown, infer O> ? O : never };

/** A whole number within bounds; say the unit in the option's name (`…Ms`, `…Bytes`). */
export function integer<D extends number | undefined>(spec: {
  readonly default: D;
  readonly min?: number;
  readonly max?: number;
}): OptionSpec<number, D extends undefined ? number | undefined : number> {
  const min = spec.min ?? 0;
  const max = spec.max ?? Number.MAX_SAFE_INTEGER;
  return {
    allowed: `a whole number from ${min} to ${max}`,
    fallback: spec.default as never,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
  };
}

/** `true` or `false`. */
export function boolean<D extends boolean | undefined>(spec: {
  readonly default: D;
}): OptionSpec<boolean, D extends undefined ? boolean | undefined : boolean> {
  return { allowed: "true or false", fallback: spec.default as never, accepts: (value) => typeof value === "boolean" };
}

/** A text. */
export function text<D extends string | undefined>(spec: {
  readonly default: D;
}): OptionSpec<string, D extends undefined ? string | undefined : string> {
  return { allowed: "a text", fallback: spec.default as never, accepts: (value) => typeof value === "string" };
}

/** One of several texts. */
export function oneOf<const T extends string>(values: readonly T[], spec: { readonly default: T }): OptionSpec<T, T> {
  return {
    allowed: `one of ${values.map((value) => `"${value}"`).join(", ")}`,
    fallback: spec.default,
    accepts: (value) => (values as readonly unknown[]).includes(value),
  };
}

/** A list whose items are checked one by one; a default of `[]`. */
export function list<T>(allowed: string, accepts: (item: unknown) => boolean): OptionSpec<readonly T[], readonly T[]> {
  return {
    allowed: `a list of ${allowed}`,
    fallback: [],
    accepts: (value) => Array.isArray(value) && value.every(accepts),
  };
}

/** Any other value that a test recognises, such as a stream or a logger. Default: `undefined`. */
export function instance<T>(allowed: string, accepts: (value: unknown) => boolean): OptionSpec<T, T | undefined> {
  return { allowed, fallback: undefined, accepts };
}

/**
 * A Standard Schema for a flat options object: every key optional with a default, unknown keys refused with the list
 * of the known ones. For plugins that need no schema library of their own.
 * @example options: defineOptions({ maxDepth: integer({ default: 64, min: 1, max: 1000 }) })
 */
export function defineOptions<const S extends Specs>(specs: S): OptionsSchema<InputOf<S> | undefined, OutputOf<S>> {
  return {
    "~standard": {
      version: 1,
      vendor: "coapkit",
      validate: (input) => parseOptions(specs, input) as StandardSchemaV1.Result<OutputOf<S>>,
    },
  };
}

function parseOptions(specs: Specs, input: unknown): StandardSchemaV1.Result<unknown> {
  if (input !== undefined && (typeof input !== "object" || input === null || Array.isArray(input))) {
    return { issues: [{ message: `found ${describeValue(input)}; allowed: an object` }] };
  }
  const given = (input ?? {}) as Record<string, unknown>;
  const issues: StandardSchemaV1.Issue[] = [];
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(specs, key)) {
      issues.push({ path: [key], message: `unknown option; allowed: ${Object.keys(specs).join(", ") || "none"}` });
    }
  }
  const output: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(specs)) {
    const value = Object.hasOwn(given, key) ? given[key] : undefined;
    if (value === undefined) output[key] = spec.fallback;
    else if (spec.accepts(value)) output[key] = value;
    else issues.push({ path: [key], message: `found ${describeValue(value)}; allowed: ${spec.allowed}` });
  }
  return issues.length > 0 ? { issues } : { value: Object.freeze(output) };
}

/** A value as it appears in a message: short, and never its secrets. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return value.length <= 40 ? `"${value}"` : `a text of ${value.length} characters`;
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" ? "an object" : `a value of type ${typeof value}`;
}
