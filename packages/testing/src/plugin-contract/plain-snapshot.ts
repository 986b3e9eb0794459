const MAX_DEPTH = 16;

/** Copies records and arrays, keeps the rest by identity: what deepEqual then finds is a write to the original. */
export function plainSnapshot(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plainSnapshot(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainSnapshot(item, depth + 1)]));
}
