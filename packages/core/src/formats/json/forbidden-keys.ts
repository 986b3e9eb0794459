/** What happens to keys that could reach a prototype: the payload is refused, or the key removed. */
export type ForbiddenKeyPolicy = "refuse" | "remove";

/** A key by which careless code (a deep merge, an assignment in a loop) would change a prototype. */
export type ForbiddenKey = "__proto__" | "constructor.prototype";

/**
 * The first forbidden key of a parsed value, if there is one: an own `__proto__`, or a `constructor` that holds a
 * `prototype`.
 * @param text the JSON text, which tells in most cases that no look at the value is needed
 */
export function findForbiddenKey(text: string, value: unknown): ForbiddenKey | undefined {
  if (!isSuspect(text)) return undefined;
  for (const object of objectsIn(value)) {
    const key = forbiddenKeyOf(object);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** Takes the keys that `findForbiddenKey` finds out of a value, at any depth, in place. */
export function removeForbiddenKeys(value: unknown): unknown {
  for (const object of objectsIn(value)) {
    Reflect.deleteProperty(object, "__proto__");
    if (forbiddenKeyOf(object) !== undefined) Reflect.deleteProperty(object, "constructor");
  }
  return value;
}

/** All characters of both keys are ASCII letters and "_", which JSON can escape in one way only: as \u00XX. */
function isSuspect(text: string): boolean {
  return text.includes("__proto__") || text.includes("constructor") || text.includes("\\u00");
}

function forbiddenKeyOf(object: object): ForbiddenKey | undefined {
  if (Object.hasOwn(object, "__proto__")) return "__proto__";
  const holder: unknown = Object.getOwnPropertyDescriptor(object, "constructor")?.value;
  return isObject(holder) && Object.hasOwn(holder, "prototype") ? "constructor.prototype" : undefined;
}

/** All objects and arrays of a value, without recursion; the members of one are read after it has been given out. */
function* objectsIn(root: unknown): Generator<object> {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (!isObject(value)) continue;
    yield value;
    for (const member of Object.values(value)) pending.push(member);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
