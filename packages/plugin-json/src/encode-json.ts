/**
 * JSON text of a value, as `JSON.stringify` defines it: `toJSON` is honoured, members that are undefined or functions
 * are left out, NaN and infinities become null.
 * @throws TypeError that says what was found: undefined, a function or a symbol itself, a BigInt or a cycle anywhere
 */
export function encodeJson(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError(`JSON cannot represent ${describe(value)}; return null or plain values.`);
  return text;
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    const found = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ");
    throw new TypeError(`JSON cannot represent ${describe(value)}: ${found}; return plain values.`, { cause });
  }
}

function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return "this array";
  return typeof value === "object" ? "this object" : `a value of type ${typeof value}`;
}
