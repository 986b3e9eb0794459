import type { Class } from "../decorators/resource.js";
import { type Container, type Dependency, keyOf } from "../di/container.js";
import type { DependencyGraph } from "../di/dependency-graph.js";
import { ConfigError } from "../errors/config-error.js";

/** Something that constructors may ask for; everything is made once for each app. */
export type Provider =
  | Class
  | { readonly provide: Dependency; readonly useValue: unknown }
  | { readonly provide: Dependency; readonly useClass: Class }
  | {
      readonly provide: Dependency;
      /** Called when first asked for. @param resolve gets what it needs itself */
      readonly useFactory: (resolve: <T>(dependency: Dependency<T>) => T) => unknown;
    };

/** Files a provider. @throws ConfigError where something else has its place, or it says nothing to use */
export function addProvider(provider: Provider, container: Container, graph: DependencyGraph): void {
  if (typeof provider === "function") return graph.add({ key: provider, implementation: provider }, "app");
  const key = keyOf(provider.provide);
  if ("useClass" in provider) return graph.add({ key, implementation: provider.useClass }, "app");
  if ("useValue" in provider) return container.provideValue(key, provider.useValue, "app");
  if ("useFactory" in provider) {
    return container.provideFactory(
      key,
      () => provider.useFactory((dependency) => container.resolveFor(keyOf(dependency), "a provider's useFactory")),
      "app",
    );
  }
  throw new ConfigError(
    "COAPKIT_ERR_OPTIONS_INVALID",
    "A provider says what it provides but not with what; add useValue, useClass or useFactory.",
  );
}
