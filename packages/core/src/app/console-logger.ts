import { inspect } from "node:util";
import type { LogFields, Logger, LogLevel } from "../ports/logger.js";

/** Warnings and errors as lines of JSON on standard error: what an app logs without a logging plugin. */
export const consoleLogger: Logger = Object.freeze({
  isLevelEnabled: (level: LogLevel) => level === "warn" || level === "error",
  debug: () => undefined,
  info: () => undefined,
  warn: (fields: LogFields, message: string) => write("warn", fields, message),
  error: (fields: LogFields, message: string) => write("error", fields, message),
});

function write(level: LogLevel, fields: LogFields, message: string): void {
  const { err, ...rest } = fields;
  const cause = "err" in fields ? { err: err instanceof Error ? (err.stack ?? err.message) : inspect(err) } : {};
  process.stderr.write(
    `${line({ level, message, ...rest, ...cause }) ?? line({ level, message, fields: inspect(rest), ...cause })}\n`,
  );
}

/** One line of JSON, or `undefined` for fields that JSON has no form for. */
function line(record: LogFields): string | undefined {
  try {
    return JSON.stringify(record);
  } catch {
    return undefined;
  }
}
