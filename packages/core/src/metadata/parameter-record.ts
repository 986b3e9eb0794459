import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { RequestContext } from "../context/request-context.js";

/** Where a handler's argument comes from. */
export type ParameterRecord =
  | { readonly source: "param"; readonly name: string | undefined; readonly schema: StandardSchemaV1 | undefined }
  | { readonly source: "query"; readonly name: string | undefined; readonly schema: StandardSchemaV1 | undefined }
  | { readonly source: "payload"; readonly schema: StandardSchemaV1 | undefined }
  | { readonly source: "stream"; readonly schema: undefined }
  | { readonly source: "context"; readonly read: (ctx: RequestContext) => unknown };
