export { JSON_CONTENT_FORMAT, jsonFormat } from "./json-format.js";
export { type JsonOptions, json } from "./json-plugin.js";
export { JsonPatch } from "./patch/json-patch.js";
export type { JsonPatchOperation } from "./patch/json-patch-operation.js";
export type { JsonPointer } from "./patch/json-pointer.js";
export { MergePatch } from "./patch/merge-patch.js";
export {
  JSON_PATCH_CONTENT_FORMAT,
  jsonPatchFormat,
  MERGE_PATCH_CONTENT_FORMAT,
  mergePatchFormat,
} from "./patch/patch-formats.js";
export type { PatchLimits } from "./patch/patch-limits.js";
