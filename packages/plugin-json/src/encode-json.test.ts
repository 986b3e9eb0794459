import { decodeJson } from "@coapkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeJson } from "./encode-json.js";

describe("encodeJson", () => {
  it("gives what decodeJson reads back", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes("__proto__"));
        const payload = new TextEncoder().encode(encodeJson(value));
        expect(decodeJson(payload, { maxDepth: 64, forbiddenKeys: "refuse" })).toEqual({
          ok: true,
          value: JSON.parse(JSON.stringify(value)),
        });
      }),
    );
  });

  it("honours toJSON", () => {
    expect(encodeJson({ at: new Date(0), id: { toJSON: () => 7 } })).toBe('{"at":"1970-01-01T00:00:00.000Z","id":7}');
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  let deep: unknown = [];
  for (let level = 0; level < 100_000; level++) deep = [deep];

  it.each([
    ["undefined", undefined, /undefined/],
    ["a function", () => 1, /a value of type function/],
    ["a symbol", Symbol("s"), /a value of type symbol/],
    ["a BigInt", 1n, /a value of type bigint.*BigInt/],
    ["a BigInt inside", { total: 1n }, /this object.*BigInt/],
    ["a cycle", cycle, /this object.*circular/],
    ["a value too deep for the stack", deep, /this array.*call stack/],
    ["an object whose toJSON gives nothing", { toJSON: () => undefined }, /this object/],
  ])("throws a TypeError of one line that says what was found: %s", (_, value, message) => {
    expect(() => encodeJson(value)).toThrow(TypeError);
    expect(() => encodeJson(value)).toThrow(message);
    expect(() => encodeJson(value)).not.toThrow(/\n/);
  });
});
