import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
import { levelFromEnvironment } from "./log-level.js";
import type { ParsedLoggingOptions } from "./logging-options.js";
import { prettyStream, standardOutput } from "./pretty-stream.js";
import { REDACTED } from "./redact-query.js";

/** The app's logger as the options describe it: one that was brought along, or a new one. */
export function createLogger(options: ParsedLoggingOptions): Logger {
  if (options.logger === undefined) return pino(pinoOptions(options), streamOf(options));
  return options.level === undefined ? options.logger : options.logger.child({}, { level: options.level });
}

function pinoOptions({ level, redactPaths }: ParsedLoggingOptions): LoggerOptions {
  const redact = redactPaths.length === 0 ? {} : { redact: { paths: [...redactPaths], censor: REDACTED } };
  return { level: level ?? levelFromEnvironment(), ...redact };
}

function streamOf({ destination, pretty }: ParsedLoggingOptions): DestinationStream {
  const onTerminal = destination === undefined && process.stdout.isTTY === true;
  const target = destination ?? standardOutput();
  return (pretty ?? onTerminal) ? prettyStream(target, onTerminal && process.stdout.hasColors()) : target;
}
