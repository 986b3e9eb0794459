import { ConfigError } from "../errors/config-error.js";
import { methodCodeOf, type Route } from "./route.js";
import { Router } from "./router.js";

/** Owner of the one route that the kernel adds: discovery. */
const CORE = "@coapkit/core";

/** The routes of one app while it is put together. */
export class RouteRegistry {
  readonly #routes: Route[] = [];
  readonly #places = new Router<Route>();

  /** All routes, in the order they were added. */
  get all(): readonly Route[] {
    return this.#routes;
  }

  /** @throws ConfigError where another route has the method and path, whatever its parameters are called */
  add(route: Route): void {
    const before = this.#places.add(methodCodeOf(route), route.pattern, route);
    if (before !== undefined) {
      throw new ConfigError(
        "COAPKIT_ERR_ROUTE_CONFLICT",
        `${route.method} ${route.path} is answered twice: by ${describe(before)} and by ${describe(route)}. ${remedy(before, route)}`,
      );
    }
    this.#routes.push(route);
  }
}

function describe({ name, path, owner }: Route): string {
  if (owner === CORE) return `the built-in ${name}`;
  const place = name.includes(path) ? name : `${name} (${path})`;
  return owner === "app" ? place : `${place} of plugin ${owner}`;
}

function remedy(...routes: readonly Route[]): string {
  const general = "Remove one, or change its path";
  return routes.some(({ owner }) => owner === CORE)
    ? `${general}; the built-in one goes with discovery: false.`
    : `${general}.`;
}
