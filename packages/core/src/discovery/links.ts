import type { Link } from "@coapkit/protocol";
import type { RequestContext } from "../context/request-context.js";
import type { RoutePlan } from "../context/route-plan.js";

/** Gives links for `/.well-known/core` when somebody asks: one for each instance of `/sensors/:id`, say. */
export type LinkProvider = () => Iterable<Link>;

/**
 * Whether to show a link to whoever asks.
 * @param routes those of the link's path under any method; none for what another host has
 */
export type LinkTest = (ctx: RequestContext, link: Link, routes: readonly RoutePlan[]) => boolean;
