// A table: the examples of RFC 6902 Appendix A, and what they leave open.
import { CoapError } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { JsonPatch, jsonPatchFormat } from "../src/index.js";

const LIMITS = { maxDepth: 64, forbiddenKeys: "refuse", maxPatchOperations: 1000, maxPatchSize: 1_048_576 } as const;
const format = jsonPatchFormat(LIMITS);
const read = (patch: unknown) => format.decode(new TextEncoder().encode(JSON.stringify(patch)), 51);

function patchOf(operations: unknown, limits: Partial<typeof LIMITS> = {}): JsonPatch {
  const patch = JsonPatch.read(operations, { ...LIMITS, ...limits });
  if (!patch.ok) throw new Error(patch.reason);
  return patch.value;
}

/** Response code and text of what applying a patch throws. */
function failureOf(document: unknown, operations: unknown, limits: Partial<typeof LIMITS> = {}): [number, string] {
  try {
    patchOf(operations, limits).apply(document);
  } catch (error) {
    if (error instanceof CoapError) return [error.responseCode, error.message];
    throw error;
  }
  throw new Error("the patch was applied");
}

const CONFLICT = 0x89;
const UNPROCESSABLE = 0x96;
const TOO_LARGE = 0x8d;
const NOT_FOUND = 0x84;

type Applied = readonly [title: string, document: unknown, patch: unknown, outcome: unknown];

const APPLIED: readonly Applied[] = [
  [
    "A.1 adding an object member",
    { foo: "bar" },
    [{ op: "add", path: "/baz", value: "qux" }],
    { baz: "qux", foo: "bar" },
  ],
  [
    "A.2 adding an array element",
    { foo: ["bar", "baz"] },
    [{ op: "add", path: "/foo/1", value: "qux" }],
    { foo: ["bar", "qux", "baz"] },
  ],
  ["A.3 removing an object member", { baz: "qux", foo: "bar" }, [{ op: "remove", path: "/baz" }], { foo: "bar" }],
  [
    "A.4 removing an array element",
    { foo: ["bar", "qux", "baz"] },
    [{ op: "remove", path: "/foo/1" }],
    { foo: ["bar", "baz"] },
  ],
  [
    "A.5 replacing a value",
    { baz: "qux", foo: "bar" },
    [{ op: "replace", path: "/baz", value: "boo" }],
    { baz: "boo", foo: "bar" },
  ],
  [
    "A.6 moving a value",
    { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
    [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
    { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
  ],
  [
    "A.7 moving an array element",
    { foo: ["all", "grass", "cows", "eat"] },
    [{ op: "move", from: "/foo/1", path: "/foo/3" }],
    { foo: ["all", "cows", "eat", "grass"] },
  ],
  [
    "A.8 testing a value: success",
    { baz: "qux", foo: ["a", 2, "c"] },
    [
      { op: "test", path: "/baz", value: "qux" },
      { op: "test", path: "/foo/1", value: 2 },
    ],
    { baz: "qux", foo: ["a", 2, "c"] },
  ],
  [
    "A.10 adding a nested member object",
    { foo: "bar" },
    [{ op: "add", path: "/child", value: { grandchild: {} } }],
    { foo: "bar", child: { grandchild: {} } },
  ],
  [
    "A.11 ignoring unrecognized elements",
    { foo: "bar" },
    [{ op: "add", path: "/baz", value: "qux", xyz: 123 }],
    { foo: "bar", baz: "qux" },
  ],
  ["A.14 escape ordering", { "/": 9, "~1": 10 }, [{ op: "test", path: "/~01", value: 10 }], { "/": 9, "~1": 10 }],
  [
    "A.16 adding an array value",
    { foo: ["bar"] },
    [{ op: "add", path: "/foo/-", value: ["abc", "def"] }],
    { foo: ["bar", ["abc", "def"]] },
  ],
  [
    "the root replaced",
    { a: 1 },
    [
      { op: "replace", path: "", value: [1] },
      { op: "add", path: "/0", value: 0 },
    ],
    [0, 1],
  ],
  ["the root added", { a: 1 }, [{ op: "add", path: "", value: 7 }], 7],
  ["a member replaced by add", { a: 1 }, [{ op: "add", path: "/a", value: null }], { a: null }],
  [
    "a copy, which is one of its own",
    { a: { b: 1 } },
    [
      { op: "copy", from: "/a", path: "/c" },
      { op: "add", path: "/c/b", value: 2 },
    ],
    { a: { b: 1 }, c: { b: 2 } },
  ],
  ["a move to where it is", { a: 1 }, [{ op: "move", from: "/a", path: "/a" }], { a: 1 }],
  [
    "an empty name, and one with an escaped slash",
    { "": { "a/b": 1 } },
    [{ op: "replace", path: "//a~1b", value: 2 }],
    { "": { "a/b": 2 } },
  ],
  [
    "members of any name",
    {},
    [
      { op: "add", path: "/constructor", value: 1 },
      { op: "add", path: "/toString", value: 2 },
    ],
    { constructor: 1, toString: 2 },
  ],
  [
    "numbers and objects tested by value",
    { a: { b: 1, c: [0] } },
    [{ op: "test", path: "/a", value: { c: [-0], b: 1 } }],
    { a: { b: 1, c: [0] } },
  ],
  [
    "a zero tested after one was added, whatever its sign",
    { a: 0 },
    [
      { op: "add", path: "/b", value: [-0] },
      { op: "test", path: "/b", value: [0] },
      { op: "test", path: "/a", value: -0 },
    ],
    { a: 0, b: [0] },
  ],
  [
    "a member named constructor, whose members are its own",
    { constructor: { a: 1 }, a: 2, prototype: { a: 3 } },
    [
      { op: "test", path: "/constructor/a", value: 1 },
      { op: "test", path: "/prototype/a", value: 3 },
      { op: "remove", path: "/constructor/a" },
    ],
    { constructor: {}, a: 2, prototype: { a: 3 } },
  ],
  ["no operation", { a: 1 }, [], { a: 1 }],
];

const FAILED: readonly (readonly [title: string, document: unknown, patch: unknown, code: number, text: string])[] = [
  [
    "A.9 testing a value: error",
    { baz: "qux" },
    [{ op: "test", path: "/baz", value: "bar" }],
    UNPROCESSABLE,
    "Test failed: /baz has another value.",
  ],
  [
    "A.12 adding to a nonexistent target",
    { foo: "bar" },
    [{ op: "add", path: "/baz/bat", value: "qux" }],
    CONFLICT,
    "There is no /baz.",
  ],
  [
    "A.15 comparing strings and numbers",
    { "/": 9, "~1": 10 },
    [{ op: "test", path: "/~01", value: "10" }],
    UNPROCESSABLE,
    "Test failed: /~1 has another value.",
  ],
  ["removing what is not there", {}, [{ op: "remove", path: "/a" }], CONFLICT, "There is no /a."],
  ["removing what is inherited", {}, [{ op: "remove", path: "/toString" }], CONFLICT, "There is no /toString."],
  ["replacing what is not there", {}, [{ op: "replace", path: "/a", value: 1 }], CONFLICT, "There is no /a."],
  ["testing what is not there", {}, [{ op: "test", path: "/a", value: null }], CONFLICT, "There is no /a."],
  ["moving what is not there", {}, [{ op: "move", from: "/a", path: "/b" }], CONFLICT, "There is no /a."],
  ["copying what is not there", {}, [{ op: "copy", from: "/a", path: "/b" }], CONFLICT, "There is no /a."],
  ["adding below a scalar", { a: "x" }, [{ op: "add", path: "/a/0", value: 1 }], CONFLICT, "There is no /a/0."],
  [
    "adding below a prototype",
    {},
    [{ op: "add", path: "/constructor/polluted", value: 1 }],
    CONFLICT,
    "There is no /constructor.",
  ],
  [
    "adding below an inherited function",
    {},
    [{ op: "add", path: "/toString/call", value: 1 }],
    CONFLICT,
    "There is no /toString.",
  ],
  [
    "adding below a function of arrays",
    [],
    [{ op: "add", path: "/push/call", value: 1 }],
    CONFLICT,
    "There is no /push.",
  ],
  [
    "copying a function of texts",
    { s: "" },
    [{ op: "copy", from: "/s/replace", path: "/a" }],
    CONFLICT,
    "There is no /s/replace.",
  ],
  [
    "copying what is inherited",
    {},
    [{ op: "copy", from: "/toString", path: "/a" }],
    CONFLICT,
    "There is no /toString.",
  ],
  ["removing the length", [1, 2], [{ op: "remove", path: "/length" }], CONFLICT, "There is no /length."],
  ["replacing the length", [1], [{ op: "replace", path: "/length", value: 4e9 }], CONFLICT, "There is no /length."],
  ["moving beyond the end", [1, 2], [{ op: "move", from: "/0", path: "/2" }], CONFLICT, "There is no /2."],
  [
    "copying beyond the end",
    [1],
    [{ op: "copy", from: "/0", path: "/4294967296" }],
    CONFLICT,
    "There is no /4294967296.",
  ],
  ["adding beyond the end", [1], [{ op: "add", path: "/2", value: 1 }], CONFLICT, "There is no /2."],
  ["an index with a leading zero", [1, 2], [{ op: "remove", path: "/01" }], CONFLICT, "There is no /01."],
  ["an index that is none", [1], [{ op: "add", path: "/length", value: 0 }], CONFLICT, "There is no /length."],
  ["the end, where nothing is", [1], [{ op: "remove", path: "/-" }], CONFLICT, "There is no /-."],
  ["removing the document", [1], [{ op: "remove", path: "" }], UNPROCESSABLE, "The whole document cannot be removed."],
  [
    "a prototype put together by copies",
    { x: { prototype: 1 } },
    [{ op: "copy", from: "/x", path: "/constructor" }],
    UNPROCESSABLE,
    "Forbidden key constructor.prototype.",
  ],
  ["no document", undefined, [], NOT_FOUND, "There is nothing to patch."],
];

describe("JSON Patch (RFC 6902)", () => {
  it.each(APPLIED)("%s", (_, document, patch, outcome) => {
    const before = structuredClone(document);
    expect(patchOf(patch).apply(document)).toEqual(outcome);
    expect(patchOf(patch).apply(document)).toEqual(outcome);
    expect(document).toEqual(before);
  });

  it.each(FAILED)("%s", (_, document, patch, code, text) => {
    expect(failureOf(document, patch)).toEqual([code, text]);
  });

  it("is atomic: after a failure the document is as it was (§5)", () => {
    const document = { a: { b: { c: "x" } } };
    const patch = [
      { op: "replace", path: "/a/b/c", value: 42 },
      { op: "test", path: "/a/b/c", value: "C" },
    ];
    expect(failureOf(document, patch)[0]).toBe(UNPROCESSABLE);
    expect(document).toEqual({ a: { b: { c: "x" } } });
  });

  it("shares nothing with the document or the patch", () => {
    const document = { a: { b: 1 } };
    const patch = patchOf([{ op: "add", path: "/c", value: { d: 1 } }]);
    const patched = patch.apply(document) as { a: { b: number }; c: { d: number } };
    patched.a.b = 2;
    patched.c.d = 2;
    expect(document).toEqual({ a: { b: 1 } });
    expect(patch.apply(document)).toEqual({ a: { b: 1 }, c: { d: 1 } });
  });

  it.each<[string, unknown, string]>([
    ["no array", {}, "a JSON Patch is an array of operations"],
    ["no object", [1], "operation 1: not an object"],
    [
      "an unknown op",
      [
        { op: "remove", path: "" },
        { op: "spam", path: "" },
      ],
      "operation 2: op is none of add, remove, replace, move, copy, test",
    ],
    ["no op", [{ path: "" }], "operation 1: op is none of add, remove, replace, move, copy, test"],
    ["no path", [{ op: "remove" }], "operation 1: path is not a JSON Pointer"],
    ["a path without a slash", [{ op: "remove", path: "a" }], "operation 1: path is not a JSON Pointer"],
    ["a lone tilde", [{ op: "remove", path: "/a~2" }], "operation 1: path is not a JSON Pointer"],
    ["a tilde at the end", [{ op: "remove", path: "/a~" }], "operation 1: path is not a JSON Pointer"],
    ["no value", [{ op: "add", path: "/a" }], "operation 1: add without a value"],
    ["no from", [{ op: "copy", path: "/a" }], "operation 1: from is not a JSON Pointer"],
    ["a move into itself", [{ op: "move", from: "/a", path: "/a/b" }], "operation 1: nothing can be moved into itself"],
    [
      "__proto__ in a path",
      [{ op: "add", path: "/__proto__/polluted", value: 1 }],
      "operation 1: forbidden key __proto__ in path",
    ],
    [
      "__proto__ in from",
      [{ op: "copy", from: "/__proto__", path: "/a" }],
      "operation 1: forbidden key __proto__ in from",
    ],
    [
      "constructor.prototype in a path",
      [{ op: "add", path: "/constructor/prototype/polluted", value: 1 }],
      "operation 1: forbidden key constructor.prototype in path",
    ],
  ])("refuses a patch with %s as malformed", (_, patch, reason) => {
    expect(read(patch)).toEqual({ ok: false, reason });
  });

  it("A.13 invalid JSON Patch document: of two members op the last one counts, as in all JSON", () => {
    const text = '[{"op":"add","path":"/baz","value":"qux","op":"remove"}]';
    const decoded = format.decode(new TextEncoder().encode(text), 51);
    expect(decoded).toMatchObject({ ok: true, value: { operations: [{ op: "remove", path: ["baz"] }] } });
    expect(failureOf({ foo: "bar" }, JSON.parse(text))).toEqual([CONFLICT, "There is no /baz."]);
  });

  it("refuses keys in values that could reach a prototype", () => {
    const payload = '[{"op":"add","path":"/a","value":{"__proto__":{"polluted":1}}}]';
    expect(format.decode(new TextEncoder().encode(payload), 51)).toEqual({
      ok: false,
      reason: "forbidden key __proto__",
    });
  });

  describe("its limits", () => {
    it("stop copies that double", () => {
      const doubling = Array.from({ length: 60 }, (_, index) => ({ op: "copy", from: "", path: `/c${index}` }));
      expect(failureOf({ a: "x" }, doubling)).toEqual([
        TOO_LARGE,
        "The patch writes more than 1048576 values and characters.",
      ]);
      expect(
        failureOf(
          { a: "x".repeat(600_000) },
          [0, 1].map((n) => ({ op: "copy", from: "/a", path: `/b${n}` })),
        )[0],
      ).toBe(TOO_LARGE);
    });

    it("stop operations that nest", () => {
      const deeper = Array.from({ length: 64 }, (_, level) => ({ op: "add", path: "/a".repeat(level + 1), value: {} }));
      expect(failureOf({}, deeper)).toEqual([UNPROCESSABLE, "The document would be nested deeper than 64 levels."]);
      expect(
        failureOf(
          [[]],
          [
            { op: "move", from: "/0", path: "" },
            { op: "copy", from: "", path: "/0" },
          ],
          { maxDepth: 1 as 64 },
        )[0],
      ).toBe(UNPROCESSABLE);
    });

    it("leave no test that takes more than a look at each element", () => {
      const long = Array.from({ length: 100_000 }, (_, index) => index + 1);
      const reversed = [...long].reverse();
      expect(patchOf([{ op: "test", path: "", value: long }]).apply(long)).toHaveLength(100_000);
      expect(failureOf(long, [{ op: "test", path: "", value: reversed }])[0]).toBe(UNPROCESSABLE);
    });

    it("stop many operations", () => {
      const tests = new Array(1001).fill({ op: "test", path: "", value: 1 });
      expect(failureOf(1, tests)).toEqual([TOO_LARGE, "The patch has more than 1000 operations."]);
      expect(patchOf(tests.slice(1)).apply(1)).toBe(1);
    });
  });
});
