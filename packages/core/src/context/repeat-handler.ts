import type { RequestContext } from "./request-context.js";

/** What a repeated request runs in the place of its route's handler, which it may call. */
export type RepeatHandler = (ctx: RequestContext, handler: (ctx: RequestContext) => unknown) => unknown;
