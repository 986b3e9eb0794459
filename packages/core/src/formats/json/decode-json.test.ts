import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DecodeJsonOptions, decodeJson } from "./decode-json.js";

const LIMITS: DecodeJsonOptions = { maxDepth: 64, forbiddenKeys: "refuse" };
const bytes = (text: string) => new TextEncoder().encode(text);
const decode = (text: string, limits: Partial<DecodeJsonOptions> = {}) =>
  decodeJson(bytes(text), { ...LIMITS, ...limits });
const refused = (reason: string) => ({ ok: false, reason });

describe("decodeJson", () => {
  it.each(['{"t":21.5,"unit":"Cel"}', "[]", "null", "false", "0", '""', ' [1 , {"é":"\\u00e9"}]\n'])(
    "reads %j",
    (text) => {
      expect(decode(text)).toEqual({ ok: true, value: JSON.parse(text) });
    },
  );

  it("ignores a byte order mark, but not two", () => {
    expect(decode("\ufeff[1]")).toEqual({ ok: true, value: [1] });
    expect(decode("\ufeff\ufeff[1]")).toEqual(refused("malformed JSON: unexpected 0xef at byte 3"));
  });

  it("refuses an empty payload", () => {
    expect(decode("")).toEqual(refused("the payload is empty, JSON text was expected"));
  });

  it.each([
    ["a lone continuation byte", [0x22, 0x80, 0x22]],
    ["an overlong form", [0x22, 0xc0, 0xaf, 0x22]],
    ["a surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a character cut off", [0x22, 0xe2, 0x82]],
    ["UTF-16", [0x5b, 0x00, 0x5d, 0xd8]],
  ])("refuses bytes that are not UTF-8: %s", (_, payload) => {
    expect(decodeJson(Uint8Array.from(payload), LIMITS)).toEqual(refused("the payload is not UTF-8"));
  });

  it.each([
    ['{"a":1,}', "malformed JSON: unexpected '}' at byte 7"],
    ['{"é":x}', "malformed JSON: unexpected 'x' at byte 6"],
    ['{"a":1', "malformed JSON: unexpected end at byte 6"],
    ["[1] 2", "malformed JSON: unexpected '2' at byte 4"],
    ['"a\tb"', "malformed JSON: unexpected 0x09 at byte 2"],
    ["[1,\u00e9]", "malformed JSON: unexpected 0xc3 at byte 3"],
    ["\ufeff", "malformed JSON: unexpected end at byte 3"],
  ])("says where %j is malformed", (text, reason) => {
    expect(decode(text)).toEqual(refused(reason));
  });

  it("does not repeat long input in the reason", () => {
    const result = decode(`{"a":"${"secret".repeat(10_000)}"x}`);
    expect(result).toEqual(refused("malformed JSON: unexpected 'x' at byte 60007"));
  });
});

describe("the nesting limit", () => {
  const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

  it("takes as many levels as allowed and refuses one more", () => {
    expect(decode(nested(64)).ok).toBe(true);
    expect(decode(nested(65))).toEqual(refused("JSON nested deeper than 64 levels"));
    expect(decode("[]", { maxDepth: 1 }).ok).toBe(true);
    expect(decode('[{"a":1}]', { maxDepth: 1 })).toEqual(refused("JSON nested deeper than 1 levels"));
  });

  it("refuses a body of opening brackets alone", () => {
    expect(decode("[".repeat(1 << 20))).toEqual(refused("JSON nested deeper than 64 levels"));
    expect(decode('{"a":'.repeat(1 << 18))).toEqual(refused("JSON nested deeper than 64 levels"));
  });

  it("does not count brackets inside strings, nor is it fooled by escaped quotes", () => {
    const text = JSON.stringify({ a: `\\"${"[{".repeat(500)}`, "[\\": ["\\"] });
    expect(decode(text)).toEqual({ ok: true, value: JSON.parse(text) });
    expect(decode(`["\\\\",${nested(64)}]`)).toEqual(refused("JSON nested deeper than 64 levels"));
  });

  it("counts levels, not siblings", () => {
    expect(decode(`[${new Array(500).fill("[{}]").join()}]`, { maxDepth: 3 }).ok).toBe(true);
  });

  it("never refuses well-formed JSON within the limit, and never takes a deeper one", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 1, max: 8 }), (value, maxDepth) => {
        const result = decode(JSON.stringify(value), { maxDepth, forbiddenKeys: "remove" });
        expect(result.ok).toBe(depthOf(value) <= maxDepth);
      }),
    );
  });
});

describe("forbidden keys", () => {
  it.each([
    ['{"__proto__":{"admin":true}}', "forbidden key __proto__"],
    ['{"__proto__":null}', "forbidden key __proto__"],
    ['[1,{"a":[{"\\u005f_pr\\u006Fto__":1}]}]', "forbidden key __proto__"],
    ['{"constructor":{"prototype":{"admin":true}}}', "forbidden key constructor.prototype"],
    ['{"a":{"c\\u006fnstructor":{"\\u0070rototype":1}}}', "forbidden key constructor.prototype"],
  ])("refuses %s", (text, reason) => {
    expect(decode(text)).toEqual(refused(reason));
  });

  it.each(['"__proto__"', '{"a":"__proto__","b":["constructor"]}', '{"constructor":"Bosch"}', '{"constructor":null}'])(
    "takes %s, which can do no harm",
    (text) => {
      expect(decode(text)).toEqual({ ok: true, value: JSON.parse(text) });
    },
  );

  it("removes them at any depth where told so", () => {
    const text = '{"a":1,"__proto__":{"x":1},"b":[{"constructor":{"prototype":{}},"c":2}]}';
    expect(decode(text, { forbiddenKeys: "remove" })).toEqual({ ok: true, value: { a: 1, b: [{ c: 2 }] } });
  });

  it("leaves no own __proto__ and no prototype changed, whatever the text", () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const key = fc.constantFrom("__proto__", "constructor", "prototype", "a", "toString");
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: "small" }, fc.integer(), tie("object"), fc.array(tie("tree"), { maxLength: 3 })),
      object: fc.array(fc.tuple(key, tie("tree")), { maxLength: 3 }).map((entries) => new Map(entries as never)),
    }));
    fc.assert(
      fc.property(tree, fc.constantFrom("refuse" as const, "remove" as const), (value, forbiddenKeys) => {
        const result = decode(jsonOf(value), { forbiddenKeys });
        if (result.ok) expectHarmless(result.value);
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
        expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      }),
    );
  });

  /** JSON text with keys as given, `__proto__` among them: an object literal could not hold that one. */
  function jsonOf(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(jsonOf).join()}]`;
    if (!(value instanceof Map)) return JSON.stringify(value);
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${jsonOf(item)}`).join()}}`;
  }

  function expectHarmless(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value));
    expect(Object.hasOwn(value, "__proto__")).toBe(false);
    const holder = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
    if (typeof holder === "object" && holder !== null) expect(Object.hasOwn(holder, "prototype")).toBe(false);
    Object.values(value).forEach(expectHarmless);
  }
});

describe("arbitrary input", () => {
  function expectResult(result: ReturnType<typeof decodeJson>): void {
    if (!result.ok) expect(result.reason).toMatch(/^[\x20-\x7e]{10,80}$/);
  }

  it("never throws on bytes, and fails with a short reason", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => expectResult(decodeJson(payload, LIMITS))));
  });

  it("never throws on texts, and fails with a short reason", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => expectResult(decode(text))));
  });

  it("agrees with JSON.parse on texts that look like JSON", () => {
    const pieces = fc.constantFrom(
      ..."{}[]:,",
      '"a"',
      '"\\',
      "-",
      "0",
      "1.5e+3",
      "1.",
      "true",
      "nul",
      " ",
      "\n",
      "\\u12",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        expect(decode(parts.join("")).ok).toBe(isJson(parts.join("")));
      }),
    );
  });

  function isJson(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
});
