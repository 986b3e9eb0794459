/** Severity. `debug`: perfect conditions; `info`: expected on a lossy network; `warn`: the peer misbehaves; `error`: we are wrong. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Named values of a log record; an `err` field holds an Error. Never keys or payloads above debug. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the framework and plugins log: fields first, then a short constant message. pino's loggers fit. */
export interface Logger {
  /** Whether a record of that level would be written, so that callers can skip building it. */
  isLevelEnabled(level: LogLevel): boolean;
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
