import type { Link } from "@coapkit/protocol";
import type { RoutePlan } from "../context/route-plan.js";
import type { LinkProvider } from "./links.js";

/** Links of one app that no route stands for. */
export class LinkRegistry {
  readonly #providers: LinkProvider[] = [];
  readonly #describers: ((route: RoutePlan) => Link["attributes"])[] = [];

  /** Adds links, or what gives them whenever somebody asks. */
  add(links: readonly Link[] | LinkProvider): void {
    this.#providers.push(typeof links === "function" ? links : () => links);
  }

  /** Adds attributes to the links of routes. */
  describe(attributesOf: (route: RoutePlan) => Link["attributes"]): void {
    this.#describers.push(attributesOf);
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
