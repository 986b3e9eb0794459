import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { syntaxErrorOffset } from "./syntax-error-offset.js";

const offsetIn = (text: string) => syntaxErrorOffset(new TextEncoder().encode(text));

describe("syntaxErrorOffset", () => {
  it.each([
    ["01", 1],
    ["-", 1],
    ["+1", 0],
    ["1.x", 2],
    ["1e", 2],
    ["1e+", 3],
    ["trux", 3],
    ["nul", 3],
    ["'a'", 0],
    ['"\\x"', 2],
    ['"\\u12g4"', 5],
    ['"\\', 2],
    ['"a\n"', 2],
    ["[,]", 1],
    ["[1 2]", 3],
    ["[1}", 2],
    ['{"a" 1}', 5],
    ["{1:2}", 1],
    ['{"a":1 "b"}', 7],
    ['{"a":1,', 7],
    ["[]]", 2],
    [" ", 1],
    ["", 0],
  ])("finds the first wrong byte of %j at %i", (text, offset) => {
    expect(offsetIn(text)).toBe(offset);
  });

  it("finds nothing in well-formed JSON", () => {
    const layout = fc.constantFrom("", " ", "\t", "\n  ");
    fc.assert(
      fc.property(fc.json(), layout, (json, indent) => {
        expect(offsetIn(JSON.stringify(JSON.parse(json), null, indent))).toBeUndefined();
      }),
    );
  });

  it("finds something exactly where JSON.parse does, when a byte of good JSON is changed", () => {
    const alphabet = [...'{}[]:,"\\-+.0123456789eEtrufalsn \n\u0001x'];
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom(...alphabet), (json, position, replacement) => {
        const at = position % json.length;
        const text = json.slice(0, at) + replacement + json.slice(at + 1);
        expect(offsetIn(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("points at the cut, wherever a text that needs its last byte is cut off", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(), (value, position) => {
        const bytes = new TextEncoder().encode(JSON.stringify(value));
        const cut = bytes.subarray(0, position % bytes.length);
        expect(syntaxErrorOffset(cut)).toBe(cut.length);
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
