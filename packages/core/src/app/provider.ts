import type { Class } from "../decorators/resource.js";
import { type Container, type Dependency, keyOf, nameOfKey } from "../di/container.js";
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
  if (typeof provider === "function") {
    graph.add({ key: provider, implementation: provider }, "app");
    return;
  }
  const key = keyOf(provider.provide);
  if ("useClass" in provider) graph.add({ key, implementation: provider.useClass }, "app");
  else if ("useValue" in provider) container.provideValue(key, provider.useValue, "app");
  else if ("useFactory" in provider) {
    const { useFactory } = provider;
    const resolve = <T>(dependency: Dependency<T>): T =>
      container.resolveFor(keyOf(dependency), `the useFactory of ${nameOfKey(key)}`);
    container.provideFactory(key, () => useFactory(resolve), "app");
  } else {
    throw new ConfigError(
      "COAPKIT_ERR_OPTIONS_INVALID",
      `The provider of ${nameOfKey(key)} does not say with what; add useValue, useClass or useFactory.`,
    );
  }
}
