import type { Link } from "@coapkit/protocol";
import type { RequestContext } from "../context/request-context.js";
import type { RoutePlan } from "../context/route-plan.js";
import type { LinkProvider, LinkTest } from "./links.js";

/** Links of one app that no route stands for. */
export class LinkRegistry {
  readonly #providers: LinkProvider[] = [];
  readonly #describers: ((route: RoutePlan) => Link["attributes"])[] = [];
  readonly #tests: LinkTest[] = [];

  /** Adds links, or what gives them whenever somebody asks. */
  add(links: readonly Link[] | LinkProvider): void {
    this.#providers.push(typeof links === "function" ? links : () => links);
  }

  /** Adds attributes to the links of routes. */
  describe(attributesOf: (route: RoutePlan) => Link["attributes"]): void {
    this.#describers.push(attributesOf);
  }

  /** Adds a test that a link has to pass to be shown. */
  filter(isShown: LinkTest): void {
    this.#tests.push(isShown);
  }

  /** The links that all tests show to whoever asks. @param routesAt gives the routes of a link's target */
  shownTo(
    ctx: RequestContext,
    links: readonly Link[],
    routesAt: (target: string) => readonly RoutePlan[],
  ): readonly Link[] {
    if (this.#tests.length === 0) return links;
    return links.filter((link) => {
      const routes = routesAt(link.target);
      return this.#tests.every((isShown) => isShown(ctx, link, routes));
    });
  }

  /** What was added to a route's link. */
  attributesOf(route: RoutePlan): Link["attributes"] {
    return Object.assign({}, ...this.#describers.map((attributesOf) => attributesOf(route)));
  }

  /** All added links, in order. @throws what a provider throws */
  all(): Link[] {
    return this.#providers.flatMap((provider) => [...provider()]);
  }
}
