import "reflect-metadata";
import type { Class } from "../decorators/resource.js";
import { ConfigError } from "../errors/config-error.js";
import { readClassRecord } from "../metadata/metadata-store.js";
import { type Container, type DependencyKey, injectedKeys, nameOfKey } from "./container.js";

/** Types that stand for an interface, a union or a primitive, and so name no class to construct. */
const TYPES_WITHOUT_CLASS: ReadonlySet<unknown> = new Set([
  Object,
  String,
  Number,
  Boolean,
  Symbol,
  BigInt,
  Array,
  Function,
  Promise,
]);

/** A class that something depends on, or that the app lists. */
export interface ClassBinding {
  readonly key: DependencyKey;
  readonly implementation: Class;
}

/**
 * Checks before anything is made that every class gets what its constructor asks for, and provides the `@Injectable()`
 * classes that are asked for by type.
 */
export class DependencyGraph {
  readonly #container: Container;
  readonly #implementations = new Map<DependencyKey, Class>();
  readonly #checked = new Set<DependencyKey>();

  constructor(container: Container) {
    this.#container = container;
    container.beforeResolve = (key) => {
      if (!container.has(key) && isInjectable(key)) this.add({ key, implementation: key }, "app");
      this.check(key);
    };
  }

  /** Makes a class known. @throws ConfigError when it is provided already */
  add({ key, implementation }: ClassBinding, owner: string, replace = false): void {
    this.#container.provideClass(key, implementation, owner, replace);
    this.#implementations.set(key, implementation);
  }

  /** Checks every class that was added. @throws like `check` */
  checkAll(): void {
    for (const key of [...this.#implementations.keys()]) this.check(key);
  }

  /** @throws ConfigError for a missing dependency, missing metadata or a cycle below `key` */
  check(key: DependencyKey, path: readonly DependencyKey[] = []): void {
    if (path.includes(key)) throw cycleError([...path.slice(path.indexOf(key)), key]);
    if (this.#checked.has(key)) return;
    const implementation = this.#implementations.get(key);
    if (implementation === undefined) return;
    for (const [index, dependency] of constructorDependencies(implementation).entries()) {
      this.#require(dependency, implementation, index);
      this.check(dependency, [...path, key]);
    }
    this.#checked.add(key);
  }

  #require(dependency: DependencyKey, dependent: Class, index: number): void {
    if (this.#container.has(dependency)) return;
    if (isInjectable(dependency)) {
      this.add({ key: dependency, implementation: dependency }, "app");
      return;
    }
    const name = nameOfKey(dependency);
    const remedy =
      typeof dependency === "symbol"
        ? `add { provide: …, useValue: … } to createApp's providers, or load the plugin that provides it`
        : `add ${name} to createApp's providers, or decorate it with @Injectable()`;
    throw new ConfigError(
      "COAPKIT_ERR_DEPENDENCY_MISSING",
      `${dependent.name} needs ${name} for ${describeParameter(dependent, index)}, but nobody provides it; ${remedy}.`,
    );
  }
}

function isInjectable(key: DependencyKey): key is Class {
  return typeof key !== "symbol" && readClassRecord(key.prototype as object)?.injectable === true;
}

/** What a constructor asks for, by position. @throws ConfigError where that cannot be known */
function constructorDependencies(implementation: Class): DependencyKey[] {
  const types = (Reflect.getMetadata("design:paramtypes", implementation) ?? []) as unknown[];
  const injected = injectedKeys(implementation);
  const count = Math.max(implementation.length, types.length);
  return Array.from({ length: count }, (_, index) => injected.get(index) ?? dependencyAt(implementation, index, types));
}

function dependencyAt(implementation: Class, index: number, types: readonly unknown[]): DependencyKey {
  const type = types[index];
  const where = `${describeParameter(implementation, index)} of ${implementation.name}`;
  if (types.length === 0) {
    throw new ConfigError(
      "COAPKIT_ERR_METADATA_MISSING",
      `The type of ${where} is not known at run time: the class was compiled without decorator metadata. Compile with tsc and "emitDecoratorMetadata": true (esbuild and tsx drop it silently), put @Injectable() on the class, or put @inject(TOKEN) on the parameter.`,
    );
  }
  if (typeof type !== "function" || TYPES_WITHOUT_CLASS.has(type)) {
    const found = describeType(type);
    throw new ConfigError(
      "COAPKIT_ERR_METADATA_MISSING",
      `The type of ${where} is no class at run time, it is ${found}. Put @inject(TOKEN) on the parameter, or give it the type of a provided class.`,
    );
  }
  return type as Class;
}

function describeType(type: unknown): string {
  if (type === undefined) return "undefined (a circular import?)";
  if (type === Object) return 'Object (an interface, or a class imported with "import type")';
  return type === Function ? "Function (a function type, or a class imported as a type only)" : (type as Class).name;
}

/** `parameter 0 ("store")`; the name is read from the source where it can be. */
function describeParameter(implementation: Class, index: number): string {
  const list = /constructor\s*\(([^)]*)\)/.exec(Function.prototype.toString.call(implementation))?.[1];
  const name = list?.split(",")[index]?.trim().split(/[\s=]/)[0];
  return name ? `parameter ${index} ("${name}")` : `parameter ${index}`;
}

function cycleError(path: readonly DependencyKey[]): ConfigError {
  return new ConfigError(
    "COAPKIT_ERR_DEPENDENCY_CYCLE",
    `Classes depend on each other in a circle: ${path.map(nameOfKey).join(" → ")}. Move what both need into a third class.`,
  );
}
