import { Code, Reply, type RequestContext, routeMetadata } from "@coapkit/core";

/**
 * Refuses tables with more rows than this with 4.13, for one route or for all of a resource.
 * @example
 * ```ts
 * @Put("table", { consumes: ["text/csv"] })
 * @RowLimit(100)
 * replace(@Payload() rows: unknown) { … }
 * ```
 */
export const RowLimit = routeMetadata<number>("coapkit-plugin-example/row-limit", { plugin: "coapkit-plugin-example" });

/** The hook that makes the decorator work; the payload is decoded when it runs. */
export function checkRowLimit(ctx: RequestContext): Reply | undefined {
  const limit = ctx.route.meta(RowLimit);
  if (limit === undefined || !Array.isArray(ctx.payload) || ctx.payload.length <= limit) return undefined;
  return new Reply(Code.RequestEntityTooLarge, `${ctx.payload.length} rows are more than ${limit}.`);
}
