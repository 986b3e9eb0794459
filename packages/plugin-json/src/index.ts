export type { DecodeLimits } from "./decode-json.js";
export type { ForbiddenKeyPolicy } from "./forbidden-keys.js";
export { JSON_CONTENT_FORMAT, jsonFormat } from "./json-format.js";
export { type JsonOptions, json } from "./json-plugin.js";
