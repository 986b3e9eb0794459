import { boolean, defineOptions, instance, list, oneOf } from "@coapkit/core";
import type { DestinationStream, Logger } from "pino";
import { isLevelName, LEVEL_NAMES, type LevelName } from "./log-level.js";
import { DEFAULT_REDACT } from "./redact-query.js";

/** Options of the plugin after reading, with their defaults. */
export interface ParsedLoggingOptions {
  readonly level: LevelName | undefined;
  readonly exchangeLevel: "debug" | "info";
  readonly pretty: boolean | undefined;
  readonly destination: DestinationStream | undefined;
  readonly logger: Logger | undefined;
  readonly redact: readonly string[];
  readonly redactPaths: readonly string[];
}

/** Schema of the options. */
export const loggingOptions = defineOptions({
  level: instance<LevelName>(`one of ${LEVEL_NAMES.join(", ")}`, isLevelName),
  exchangeLevel: oneOf(["debug", "info"], { default: "info" }),
  pretty: boolean({ default: undefined }),
  destination: instance<DestinationStream>("an object with write(text)", (value) => hasMethod(value, "write")),
  logger: instance<Logger>("a pino logger", (value) => hasMethod(value, "isLevelEnabled") && hasMethod(value, "child")),
  redact: { ...list<string>("query parameter names", isText), fallback: DEFAULT_REDACT },
  redactPaths: list<string>("pino redaction paths", isText),
});

/** Options that shape a logger of the plugin's own, and so mean nothing beside `logger`. */
const OWN_LOGGER_OPTIONS = ["destination", "pretty"] as const;

/** The name of an option that contradicts `logger`, if one is given. */
export function conflictWithLogger(options: ParsedLoggingOptions): string | undefined {
  if (options.logger === undefined) return undefined;
  if (options.redactPaths.length > 0) return "redactPaths";
  return OWN_LOGGER_OPTIONS.find((name) => options[name] !== undefined);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[name] === "function";
}
