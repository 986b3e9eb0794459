import { ContentFormat, filterLinks, formatPath, type Link, type LinkAttribute, OptionNumber } from "@coapkit/protocol";
import type { LinkAttributes } from "../context/route-options.js";
import type { FormatRegistry } from "../formats/format-registry.js";
import { type Route, routeOf } from "../routing/route.js";
import type { RouteRegistry } from "../routing/route-registry.js";
import type { LinkRegistry } from "./link-registry.js";
import { routesAt } from "./routes-at.js";

/** Where CoRE resource discovery asks. RFC 6690 §4. */
export const WELL_KNOWN_CORE = "/.well-known/core";

/**
 * The route of `/.well-known/core`: a link for each path without parameters, then the registered ones, filtered by the
 * query. RFC 6690 §4.1.
 */
export function wellKnownCore(routes: RouteRegistry, links: LinkRegistry, formats: FormatRegistry): Route {
  let ofRoutes: readonly Link[] | undefined;
  return routeOf(
    {
      method: "GET",
      path: WELL_KNOWN_CORE,
      name: "discovery",
      produces: [ContentFormat.LinkFormat],
      discoverable: false,
      handler: (ctx) => {
        ofRoutes ??= linksOf(routes.all, formats, links);
        const shown = links.shownTo(ctx, [...ofRoutes, ...links.all()], (target) => routesAt(target, routes.all));
        return filterLinks(shown, ctx.request.options.strings(OptionNumber.UriQuery));
      },
    },
    "@coapkit/core",
  );
}

/** Links of the routes whose path has no parameters, one for each path, in the order of the routes. */
export function linksOf(routes: readonly Route[], formats: FormatRegistry, registry: LinkRegistry): Link[] {
  const links = new Map<string, Record<string, LinkAttribute>>();
  for (const route of routes) {
    if (!route.pattern.concrete || route.options.discoverable === false) continue;
    const target = formatPath(route.pattern.segments.map((segment) => (segment.kind === "static" ? segment.text : "")));
    links.set(target, { ...links.get(target), ...attributesOf(route, formats), ...registry.attributesOf(route) });
  }
  return [...links].map(([target, attributes]) => ({ target, attributes }));
}

function attributesOf(route: Route, formats: FormatRegistry): Record<string, LinkAttribute> {
  const { rt, if: interfaceDescription, sz, title, attributes, produces } = route.options satisfies LinkAttributes;
  const found: Record<string, LinkAttribute | undefined> = { rt, if: interfaceDescription, title, sz };
  const isReadable = route.method === "GET" || route.method === "FETCH";
  if (isReadable && produces !== undefined && produces.length > 0) {
    const numbers = produces.map((name) => String(formats.numberOf(name, `produces of ${route.name}`)));
    found.ct = numbers.length === 1 ? Number(numbers[0]) : numbers;
  }
  const all = { ...found, ...attributes };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, LinkAttribute] => entry[1] !== undefined),
  );
}
