import { ConfigError } from "../errors/config-error.js";
import { methodCodeOf, type Route } from "./route.js";
import { Router } from "./router.js";

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
        `${route.method} ${route.path} is answered twice: by ${describe(before)} and by ${describe(route)}. Remove one, or change its path.`,
      );
    }
    this.#routes.push(route);
  }
}

function describe({ name, path, owner }: Route): string {
  const place = name.includes(path) ? name : `${name} (${path})`;
  return owner === "app" ? place : `${place} of plugin ${owner}`;
}
