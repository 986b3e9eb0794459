/** What a CBOR map becomes: a plain object where every key is a text, else a `Map`. */
export type DecodedMap = Record<string, unknown> | Map<unknown, unknown>;

/** Why an entry cannot be added. */
export type EntryFault = "duplicate key" | "forbidden key __proto__" | "forbidden key constructor.prototype";

/** What is wrong with an entry: its key is there already (RFC 8949 §5.6), or could reach a prototype in careless code. */
export function faultOf(map: DecodedMap, key: unknown, value: unknown): EntryFault | undefined {
  if (key === "__proto__") return "forbidden key __proto__";
  if (key === "constructor" && holdsPrototype(value)) return "forbidden key constructor.prototype";
  const isKnown = map instanceof Map ? map.has(key) : typeof key === "string" && Object.hasOwn(map, key);
  return isKnown ? "duplicate key" : undefined;
}

/** Adds an entry without a fault. @returns the map, which is another one after the first key that is no text */
export function withEntry(map: DecodedMap, key: unknown, value: unknown): DecodedMap {
  if (map instanceof Map) return map.set(key, value);
  if (typeof key !== "string") return new Map<unknown, unknown>(Object.entries(map)).set(key, value);
  map[key] = value;
  return map;
}

function holdsPrototype(value: unknown): boolean {
  if (value instanceof Map) return value.has("prototype");
  return typeof value === "object" && value !== null && Object.hasOwn(value, "prototype");
}
