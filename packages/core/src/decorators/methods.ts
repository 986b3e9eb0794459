import type { MethodName } from "@coapkit/protocol";
import type { RequestContext } from "../context/request-context.js";
import type { ResourceVersion } from "../context/resource-version.js";
import type { RouteOptions } from "../context/route-options.js";
import { ownClassRecord, ownMethodRecord } from "../metadata/metadata-store.js";

/** Marks a method as the handler of a request method. */
export interface MethodDecorator {
  /** @param path pattern below the resource's path; none: the resource's path itself */
  (path?: string, options?: RouteOptions): (prototype: object, name: string | symbol) => void;
  (options: RouteOptions): (prototype: object, name: string | symbol) => void;
}

function methodDecorator(method: MethodName): MethodDecorator {
  return (pathOrOptions: string | RouteOptions = "", options: RouteOptions = {}) => {
    const [path, routeOptions] = typeof pathOrOptions === "string" ? [pathOrOptions, options] : ["", pathOrOptions];
    return (prototype: object, name: string | symbol) => {
      const record = ownMethodRecord(prototype, name);
      if (record.routesInherited) record.routes = [];
      record.routesInherited = false;
      record.routes.push({ method, path, options: routeOptions });
    };
  };
}

/** Answers GET: 2.05 with what the method returns. RFC 7252 §5.8.1. */
export const Get = methodDecorator("GET");
/** Answers POST: 2.04, or `created(...)`. RFC 7252 §5.8.2. */
export const Post = methodDecorator("POST");
/** Answers PUT: 2.04, or `created(...)`. RFC 7252 §5.8.3. */
export const Put = methodDecorator("PUT");
/** Answers DELETE: 2.02. RFC 7252 §5.8.4. */
export const Delete = methodDecorator("DELETE");
/** Answers FETCH: 2.05; safe, with a payload. RFC 8132 §2. */
export const Fetch = methodDecorator("FETCH");
/** Answers PATCH: 2.04; need not be idempotent. RFC 8132 §3. */
export const Patch = methodDecorator("PATCH");
/** Answers iPATCH: 2.04; idempotent. RFC 8132 §3. */
export const IPatch = methodDecorator("IPATCH");

/**
 * Says how to find the version of what a request targets, so that ETag, If-Match and If-None-Match work by themselves:
 * 2.03 and 4.12 without a line in the handler. On a method, or on the class for all of them. RFC 7252 §5.10.8.
 * @param versionOf gets the request; `this` is the controller
 * @example @Version(function (this: Rooms, ctx) { return this.store.etag(ctx.params.id); })
 */
export function Version<T extends object>(
  versionOf: (this: T, ctx: RequestContext) => ResourceVersion | Promise<ResourceVersion>,
): (target: object, name?: string | symbol) => void {
  return (target, name) => {
    if (name !== undefined) ownMethodRecord(target, name).version = versionOf;
    else ownClassRecord((target as { prototype: object }).prototype).version = versionOf;
  };
}

/** Marks a method that gives links for `/.well-known/core`: one for each instance of a parameterised path, say. RFC 6690. */
export function Links(): (prototype: object, name: string | symbol) => void {
  return (prototype, name) => {
    ownMethodRecord(prototype, name).givesLinks = true;
  };
}
