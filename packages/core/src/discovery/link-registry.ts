import type { Link } from "@coapkit/protocol";
import type { LinkProvider } from "./links.js";

/** Links of one app that no route stands for. */
export class LinkRegistry {
  readonly #providers: LinkProvider[] = [];

  /** Adds links, or what gives them whenever somebody asks. */
  add(links: readonly Link[] | LinkProvider): void {
    this.#providers.push(typeof links === "function" ? links : () => links);
  }

  /** All added links, in order. @throws what a provider throws */
  all(): Link[] {
    return this.#providers.flatMap((provider) => [...provider()]);
  }
}
