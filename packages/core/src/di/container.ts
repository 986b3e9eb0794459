import "reflect-metadata";
import {
  type DependencyContainer,
  type InjectionToken,
  injectable,
  container as root,
  inject as tsyringeInject,
} from "tsyringe";
import type { Class } from "../decorators/resource.js";
import { ConfigError } from "../errors/config-error.js";
import type { Token } from "./token.js";

/** What a dependency is asked for by: a class, or a token made by `token()`. */
export type Dependency<T = unknown> = Class<T> | Token<T>;
/** What the container files it under. */
export type DependencyKey = Class | symbol;

/** Injects by token instead of by type, into a constructor parameter. */
export function inject(
  dependency: Dependency,
): (target: object, name: string | symbol | undefined, index: number) => void {
  return tsyringeInject(keyOf(dependency) as symbol) as ReturnType<typeof inject>;
}

/** The key of a class or token. */
export function keyOf(dependency: Dependency): DependencyKey {
  return typeof dependency === "function" ? dependency : dependency.key;
}

/** Where the DI library keeps what `@inject` said, by parameter position. */
const INJECTION_TOKENS = "injectionTokens";
type InjectionTokens = Readonly<Record<number, { readonly token: DependencyKey }>>;

/** What `@inject` said of a constructor's parameters, by position; said of the class above, where the constructor is its. */
export function injectedKeys(implementation: Class): ReadonlyMap<number, DependencyKey> {
  const tokens = tokensOf(implementation) ?? {};
  return new Map(Object.entries(tokens).map(([index, { token }]) => [Number(index), token]));
}

function tokensOf(implementation: Class): InjectionTokens | undefined {
  const hasConstructor = Reflect.hasOwnMetadata("design:paramtypes", implementation);
  return hasConstructor
    ? Reflect.getOwnMetadata(INJECTION_TOKENS, implementation)
    : Reflect.getMetadata(INJECTION_TOKENS, implementation);
}

/** A class as the DI library types it. */
type Constructor = Extract<InjectionToken<object>, Class>;

/** The one container of an app; the only user of the DI library. Everything in it is a singleton. */
export class Container {
  readonly #container: DependencyContainer = root.createChildContainer();
  readonly #owners = new Map<DependencyKey, string>();
  readonly #created: object[] = [];
  /** Called with what somebody asks for by `resolveFor`, so that it is checked and completed before it is made. */
  beforeResolve: (key: DependencyKey) => void = () => undefined;

  /** Every instance that the container itself made, dependencies before dependents. */
  get created(): readonly object[] {
    return this.#created;
  }

  has(key: DependencyKey): boolean {
    return this.#owners.has(key);
  }

  /** Offers a class; it is made when first asked for. */
  provideClass(key: DependencyKey, implementation: Class, owner: string, replace = false): void {
    this.#claim(key, owner, replace);
    const concrete = implementation as Constructor;
    // The library looks at the class itself only, so an inherited constructor would lose its tokens.
    const tokens = tokensOf(implementation);
    if (tokens !== undefined) Reflect.defineMetadata(INJECTION_TOKENS, tokens, implementation);
    injectable()(concrete);
    if (key === concrete) this.#container.registerSingleton(concrete);
    else this.#container.registerSingleton(key as symbol, concrete);
    this.#container.afterResolution(key as symbol, (_key, instance) => this.#remember(instance as object), {
      frequency: "Once",
    });
  }

  /** Offers a value; its life is the giver's business. */
  provideValue(key: DependencyKey, value: unknown, owner: string, replace = false): void {
    this.#claim(key, owner, replace);
    this.#container.register(key as symbol, { useValue: value });
  }

  /** Offers what a function makes when first asked. */
  provideFactory(key: DependencyKey, factory: () => unknown, owner: string, replace = false): void {
    this.#claim(key, owner, replace);
    let made: { readonly value: unknown } | undefined;
    let isMaking = false;
    const useFactory = (): unknown => {
      if (made !== undefined) return made.value;
      if (isMaking) throw factoryCycle(key);
      isMaking = true;
      try {
        made = { value: factory() };
      } finally {
        isMaking = false;
      }
      return made.value;
    };
    this.#container.register(key as symbol, { useFactory });
  }

  resolve<T>(key: DependencyKey): T {
    return this.#container.resolve<T>(key as symbol);
  }

  /** `resolve` for a plugin. @throws ConfigError where nobody provides it */
  resolveFor<T>(key: DependencyKey, owner: string): T {
    this.beforeResolve(key);
    if (this.has(key)) return this.resolve<T>(key);
    throw new ConfigError(
      "COAPKIT_ERR_DEPENDENCY_MISSING",
      `${owner} asks for ${nameOfKey(key)}, but nobody provides it; add it to createApp's providers, or load the plugin that provides it before.`,
    );
  }

  #claim(key: DependencyKey, owner: string, replace: boolean): void {
    const before = this.#owners.get(key);
    if (before !== undefined && !replace) {
      const givers =
        before === owner
          ? `twice by ${owner}; keep one.`
          : `twice: by ${before} and by ${owner}. Remove one, or let the later one set replace: true.`;
      throw new ConfigError("COAPKIT_ERR_PROVIDER_CONFLICT", `${nameOfKey(key)} is provided ${givers}`);
    }
    this.#owners.set(key, owner);
  }

  #remember(instance: object): void {
    if (!this.#created.includes(instance)) this.#created.push(instance);
  }
}

function factoryCycle(key: DependencyKey): ConfigError {
  const name = nameOfKey(key);
  return new ConfigError(
    "COAPKIT_ERR_DEPENDENCY_CYCLE",
    `The factory of ${name} asks for ${name} itself. Move what both need into a third provider.`,
  );
}

/** A key as it appears in messages. */
export function nameOfKey(key: DependencyKey): string {
  return typeof key === "symbol" ? (key.description ?? "a token").replace("coapkit/token/", "token ") : key.name;
}
