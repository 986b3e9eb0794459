/** Whether two JSON values are equal as RFC 6902 §4.6 says: members in any order, numbers by their value. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && jsonEqual(memberOf(a, name), memberOf(b, name)));
}

function memberOf(value: object, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}
