export type { LevelName } from "./log-level.js";
export { type LoggingOptions, logging } from "./logging-plugin.js";
export { DEFAULT_REDACT } from "./redact-query.js";
