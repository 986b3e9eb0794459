export { JSON_CONTENT_FORMAT, jsonFormat } from "./json-format.js";
export { type JsonOptions, json } from "./json-plugin.js";
