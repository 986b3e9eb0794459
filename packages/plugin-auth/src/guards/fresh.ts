import { type MetadataEntry, type RouteMetadata, routeMetadata } from "@coapkit/core";
import { PLUGIN_NAME } from "../plugin-name.js";

/** Whether requests of a route have to be fresh. */
export const FRESH: RouteMetadata<boolean> = routeMetadata<boolean>(`${PLUGIN_NAME}/fresh`, { plugin: PLUGIN_NAME });

/**
 * Refuses what may have been held back or recorded: a request without a fresh Echo value gets 4.01 with one, and the client
 * repeats it. Each value is good for one request. It comes after the other guards. RFC 9175 §2.3.
 * @param isFresh `false` takes it back from a method of a class that has it
 * @example @Put("position") @RequireScope("valve") @Fresh() move(@Payload(Position) position: Position) { … }
 */
export function Fresh(isFresh = true): (target: object, methodName?: string | symbol) => void {
  return FRESH(isFresh);
}

/** The same for routes without decorators. */
Fresh.entry = (): MetadataEntry => FRESH.entry(true);
