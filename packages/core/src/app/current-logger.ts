import type { LogFields, Logger, LogLevel } from "../ports/logger.js";

/** Passes on to the logger that the app has at the moment: its own, or from boot on the one that a plugin provides. */
export class CurrentLogger implements Logger {
  current: Logger;

  constructor(current: Logger) {
    this.current = current;
  }

  isLevelEnabled(level: LogLevel): boolean {
    return this.current.isLevelEnabled(level);
  }

  debug(fields: LogFields, message: string): void {
    this.current.debug(fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.current.info(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.current.warn(fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.current.error(fields, message);
  }
}
