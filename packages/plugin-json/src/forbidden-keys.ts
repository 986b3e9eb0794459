import { scan } from "secure-json-parse";

/** What happens to keys that could reach a prototype: the payload is refused, or the key removed. */
export type ForbiddenKeyPolicy = "refuse" | "remove";

/**
 * The key by which careless code (a deep merge, an assignment in a loop) would change a prototype, if there is one:
 * an own `__proto__`, or a `constructor` that holds a `prototype`.
 * @param text the JSON text, which tells in most cases that no look at the value is needed
 */
export function findForbiddenKey(text: string, value: unknown): "__proto__" | "constructor.prototype" | undefined {
  if (!isObject(value) || !isSuspect(text)) return undefined;
  if (scan(value, { safe: true, constructorAction: "ignore" }) === null) return "__proto__";
  if (scan(value, { safe: true, protoAction: "ignore" }) === null) return "constructor.prototype";
  return undefined;
}

/** Takes the keys that `findForbiddenKey` finds out of a value, at any depth, in place. */
export function removeForbiddenKeys(value: unknown): unknown {
  return isObject(value) ? scan(value, { protoAction: "remove", constructorAction: "remove" }) : value;
}

/** All characters of both keys are ASCII letters and "_", which JSON can escape in one way only: as \u00XX. */
function isSuspect(text: string): boolean {
  return text.includes("__proto__") || text.includes("constructor") || text.includes("\\u00");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
