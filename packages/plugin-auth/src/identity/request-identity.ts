import { contextKey, parameterDecorator, type Request, type RequestContext, routeMetadata } from "@coapkit/core";
import { PLUGIN_NAME } from "../plugin-name.js";
import type { Identity } from "./identity.js";

const IDENTITY = contextKey<Identity>(`${PLUGIN_NAME}/identity`);
/** What plugin-observe says of a route, read by its name, which is global; the plugin need not be there. */
const OBSERVED = routeMetadata<{ readonly perClient?: boolean | undefined }>("@coapkit/plugin-observe");
/** By request as it came, since a notification repeats the request, or a copy, in a context of its own. */
const ofRequests = new WeakMap<Request, Identity>();

/** Notes who asks. */
export function setIdentity(ctx: RequestContext, identity: Identity): void {
  ctx.set(IDENTITY, identity);
  ofRequests.set(asItCame(ctx), identity);
}

/** Whether a request has come in through the guards, as somebody known. */
export function isKnown(ctx: RequestContext): boolean {
  return ofRequests.has(asItCame(ctx));
}

/**
 * Who asks; `undefined` for somebody unknown, and on public routes for the bearer of a token, which is not looked at there.
 * In a notification the identity is known only where the route observes `perClient`: otherwise the representation goes to
 * several clients, and must not be made for one of them.
 */
export function identityOf(ctx: RequestContext): Identity | undefined {
  const known = ctx.get(IDENTITY);
  if (known !== undefined) return known;
  return ctx.route.meta(OBSERVED)?.perClient === true ? ofRequests.get(asItCame(ctx)) : undefined;
}

function asItCame({ request }: RequestContext): Request {
  return request.origin ?? request;
}

/** Handler parameter: who asks, or `undefined`; see `identityOf`. @example read(@Caller() caller: Identity | undefined) */
export function Caller(): ReturnType<typeof parameterDecorator> {
  return callerParameter;
}

const callerParameter = parameterDecorator(`${PLUGIN_NAME}/caller`, identityOf);
