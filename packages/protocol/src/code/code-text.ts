import { Code } from "./code.js";

const CODE_TEXTS: readonly string[] = Array.from(
  { length: 256 },
  (_, code) => `${code >>> 5}.${String(code & 0x1f).padStart(2, "0")}`,
);

const CODE_NAMES: readonly (string | undefined)[] = buildCodeNames();

function buildCodeNames(): readonly (string | undefined)[] {
  const names = new Array<string | undefined>(256).fill(undefined);
  for (const [name, code] of Object.entries(Code)) names[code] = name;
  return names;
}

/** Dotted form of a code byte, `0x45` as `2.05`. RFC 7252 §3. Throws a RangeError outside 0 to 255. */
export function formatCode(code: number): string {
  const text = CODE_TEXTS[code];
  if (text === undefined) throw new RangeError(`Code ${code} is not a byte; pass an integer from 0 to 255.`);
  return text;
}

/** Code byte of a dotted form, `2.05` as `0x45`; `undefined` unless it is `c.dd` with c up to 7 and dd up to 31. */
export function parseCode(text: string): number | undefined {
  if (!/^[0-7]\.(?:[0-2]\d|3[01])$/.test(text)) return undefined;
  return (Number(text[0]) << 5) | Number(text.slice(2));
}

/** Key of {@link Code} with this value, such as `Content` or `GET`; `undefined` for a code without a name here. */
export function codeName(code: number): string | undefined {
  return CODE_NAMES[code];
}
