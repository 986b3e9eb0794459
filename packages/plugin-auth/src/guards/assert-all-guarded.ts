import type { App } from "@coapkit/core";
import { guardsOf } from "./guard-metadata.js";

/** Name of the kernel where it owns a route: discovery, which has an option of its own. */
const CORE = "@coapkit/core";

/**
 * For tests: that each route says itself who may use it, and none relies on the default.
 * @param except paths of routes that may, such as those of plugins
 * @throws Error that lists the others
 */
export function assertAllGuarded(app: Pick<App, "routes">, except: readonly string[] = []): void {
  const unguarded = app.routes.filter(
    (route) => route.owner !== CORE && !except.includes(route.path) && guardsOf(route).length === 0,
  );
  if (unguarded.length === 0) return;
  const names = unguarded.map(({ method, path, name }) => `${method} ${path} (${name})`);
  throw new Error(`Without a guard: ${names.join(", ")}. Say who may use them, with @Public() where it is everybody.`);
}
