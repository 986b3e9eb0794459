import type { Logger } from "@coapkit/core";

/** Writes nothing: what the contract provokes on purpose is not worth a log line. */
export const SILENT: Logger = Object.freeze({
  isLevelEnabled: () => false,
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
});
