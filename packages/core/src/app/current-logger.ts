import type { LogFields, Logger, LogLevel } from "../ports/logger.js";

/**
 * Passes on to the logger that the app has at the moment: its own, or from boot on the one that a plugin provides. What
 * a logger throws is dropped: a record that cannot be written must not cost a request its answer.
 */
export class CurrentLogger implements Logger {
  current: Logger;

  constructor(current: Logger) {
    this.current = current;
  }

  isLevelEnabled(level: LogLevel): boolean {
    return this.current.isLevelEnabled(level);
  }

  debug(fields: LogFields, message: string): void {
    this.#write("debug", fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#write("info", fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#write("warn", fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#write("error", fields, message);
  }

  #write(level: LogLevel, fields: LogFields, message: string): void {
    try {
      this.current[level](fields, message);
    } catch {
      // There is nobody left to tell.
    }
  }
}
