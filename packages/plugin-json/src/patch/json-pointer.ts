/** Reference tokens of a pointer, unescaped; none: the whole document. RFC 6901 §3. */
export type JsonPointer = readonly string[];

const UNESCAPED_TILDE = /~(?![01])/;
const INDEX = /^(?:0|[1-9]\d*)$/;

/** Splits a pointer at its slashes; `undefined` where it is none. RFC 6901 §3, §4. */
export function parsePointer(text: unknown): JsonPointer | undefined {
  if (text === "") return [];
  if (typeof text !== "string" || !text.startsWith("/") || UNESCAPED_TILDE.test(text)) return undefined;
  const tokens = text.slice(1).split("/");
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~")); // RFC 6901 §4: in this order
}

/** The key in a pointer by which it could reach a prototype, if there is one. */
export function forbiddenToken(pointer: JsonPointer): string | undefined {
  if (pointer.includes("__proto__")) return "__proto__";
  const reaches = pointer.some((token, index) => token === "prototype" && pointer[index - 1] === "constructor");
  return reaches ? "constructor.prototype" : undefined;
}

/** Whether `inner` lies below `outer`. */
export function isBelow(inner: JsonPointer, outer: JsonPointer): boolean {
  return inner.length > outer.length && outer.every((token, index) => token === inner[index]);
}

/** Index of an array element, or -1 for a token that is none. RFC 6901 §4. */
export function indexOf(token: string): number {
  return INDEX.test(token) ? Number(token) : -1;
}

const SHOWN = 48;

/** A pointer as it appears in a diagnostic: short, ASCII alone. */
export function describePointer(pointer: JsonPointer): string {
  if (pointer.length === 0) return "the document";
  const text = `/${pointer.join("/")}`.replaceAll(/[^\x20-\x7e]/g, "?");
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
