import { type ParseOptions, parse } from "secure-json-parse";

/** What happens to keys that could reach a prototype: the payload is refused, or the key removed. */
export type ForbiddenKeyPolicy = "refuse" | "remove";

/** A key by which careless code (a deep merge, an assignment in a loop) would change a prototype. */
export type ForbiddenKey = "__proto__" | "constructor.prototype";

/**
 * The value of JSON text without an own `__proto__` and without a `constructor` that holds a `prototype`, at any depth.
 * @throws SyntaxError for malformed text, and where the policy is `"refuse"` for a forbidden key
 */
export function parseWithoutForbiddenKeys(text: string, policy: ForbiddenKeyPolicy): unknown {
  const action = policy === "refuse" ? "error" : "remove";
  return parse(text, { protoAction: action, constructorAction: action });
}

/** The forbidden key in JSON text, or `undefined` where there is none or the text is malformed. */
export function findForbiddenKey(text: string): ForbiddenKey | undefined {
  if (!isAccepted(text, { protoAction: "ignore", constructorAction: "ignore" })) return undefined;
  if (!isAccepted(text, { constructorAction: "ignore" })) return "__proto__";
  return isAccepted(text, { protoAction: "ignore" }) ? undefined : "constructor.prototype";
}

function isAccepted(text: string, options: ParseOptions): boolean {
  try {
    parse(text, options);
    return true;
  } catch {
    return false;
  }
}
