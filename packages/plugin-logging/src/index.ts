export type { LevelName } from "./log-level.js";
export type { LoggingOptions } from "./logging-options.js";
export { logging } from "./logging-plugin.js";
export { DEFAULT_REDACT } from "./redact-query.js";
