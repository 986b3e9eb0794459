import type { LogFields, Logger, LogLevel } from "../../src/index.js";

/** Keeps what is logged. */
export class RecordingLogger implements Logger {
  readonly records: { readonly level: LogLevel; readonly message: string; readonly fields: LogFields }[] = [];

  isLevelEnabled(): boolean {
    return true;
  }
  debug(fields: LogFields, message: string): void {
    this.records.push({ level: "debug", message, fields });
  }
  info(fields: LogFields, message: string): void {
    this.records.push({ level: "info", message, fields });
  }
  warn(fields: LogFields, message: string): void {
    this.records.push({ level: "warn", message, fields });
  }
  error(fields: LogFields, message: string): void {
    this.records.push({ level: "error", message, fields });
  }

  /** What was logged as an error. */
  get errors(): unknown[] {
    return this.records.filter(({ level }) => level === "error").map(({ fields }) => fields.err);
  }
}
