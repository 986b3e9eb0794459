import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { boolean, defineOptions, describeValue, instance, integer, list, oneOf, text } from "./define-options.js";
import { readOptions, readOptionsSync, summarizeIssues } from "./standard-schema.js";

const schema = defineOptions({
  depth: integer({ default: 64, min: 1, max: 100 }),
  limit: integer({ default: undefined }),
  strict: boolean({ default: true }),
  label: text({ default: undefined }),
  mode: oneOf(["fast", "safe"], { default: "safe" }),
  names: list<string>("texts", (item) => typeof item === "string"),
  stream: instance<Map<string, string>>("a map", (value) => value instanceof Map),
});
const read = (input: unknown) => readOptionsSync("plugin acme", schema, input);

describe("defineOptions", () => {
  it("gives every option its default, frozen and typed", () => {
    const options = read(undefined);
    expect(options).toEqual({
      depth: 64,
      limit: undefined,
      strict: true,
      label: undefined,
      mode: "safe",
      names: [],
      stream: undefined,
    });
    expect(Object.isFrozen(options)).toBe(true);
    expectTypeOf(options).toEqualTypeOf<{
      readonly depth: number;
      readonly limit: number | undefined;
      readonly strict: boolean;
      readonly label: string | undefined;
      readonly mode: "fast" | "safe";
      readonly names: readonly string[];
      readonly stream: Map<string, string> | undefined;
    }>();
  });

  it("takes what fits, and undefined for the default", () => {
    const stream = new Map();
    expect(read({ depth: 1, limit: 0, strict: false, label: "", mode: "fast", names: ["a"], stream })).toEqual({
      depth: 1,
      limit: 0,
      strict: false,
      label: "",
      mode: "fast",
      names: ["a"],
      stream,
    });
    expect(read({ depth: undefined }).depth).toBe(64);
  });

  it.each([
    [{ depth: 0 }, "depth: found 0; allowed: a whole number from 1 to 100."],
    [{ depth: 1.5 }, "depth: found 1.5; allowed: a whole number from 1 to 100."],
    [{ depth: "7" }, 'depth: found "7"; allowed: a whole number from 1 to 100.'],
    [{ depth: null }, "depth: found null; allowed: a whole number from 1 to 100."],
    [{ strict: 1 }, "strict: found 1; allowed: true or false."],
    [{ label: [] }, "label: found a list of 0; allowed: a text."],
    [{ mode: "s".repeat(41) }, 'mode: found a text of 41 characters; allowed: one of "fast", "safe".'],
    [{ names: ["a", 1] }, "names: found a list of 2; allowed: a list of texts."],
    [{ stream: () => 1 }, "stream: found a value of type function; allowed: a map."],
    [
      { dept: 1, toString: 1 },
      "dept: unknown option; allowed: depth, limit, strict, label, mode, names, stream; toString: unknown option; allowed: depth, limit, strict, label, mode, names, stream.",
    ],
    [[], "found a list of 0; allowed: an object."],
    ["depth", 'found "depth"; allowed: an object.'],
  ])("refuses %o with what was found and what is allowed", (input, message) => {
    expect(() => read(input)).toThrow(`Options of plugin acme are wrong. ${message}`);
  });

  it("does not take a prototype's members for options", () => {
    expect(() => readOptionsSync("x", defineOptions({}), JSON.parse('{"__proto__": 1}'))).toThrow(
      "__proto__: unknown option; allowed: none",
    );
    expect(read(Object.create({ depth: 1 })).depth).toBe(64);
  });

  it("never shows secrets: objects are named, not printed", () => {
    expect([{ key: "s3cret" }, Symbol("x"), true].map(describeValue)).toEqual([
      "an object",
      "a value of type symbol",
      "true",
    ]);
  });
});

describe("readOptions", () => {
  const later = z.object({ a: z.number() }).transform(async ({ a }) => a + 1);

  it("waits for an asynchronous schema, which readOptionsSync refuses", async () => {
    expect(await readOptions("plugin acme", later, { a: 1 })).toBe(2);
    await expect(readOptions("plugin acme", later, {})).rejects.toThrow(/^Options of plugin acme are wrong\. a: /);
    expect(() => readOptionsSync("plugin acme", later, { a: 1 })).toThrow(
      "plugin acme: its options schema is asynchronous; use a synchronous one.",
    );
  });
});

describe("summarizeIssues", () => {
  it("writes paths with dots, also from segments that are objects", () => {
    const issues = [
      { message: "too short", path: ["room", { key: 0 }, "name"] },
      { message: "bad" },
      { message: "worse", path: [] },
    ];
    expect(summarizeIssues(issues)).toBe("room.0.name: too short; bad; worse");
  });

  it("cuts without breaking a character in two", () => {
    const summary = summarizeIssues([{ message: `${"a".repeat(238)}😀😀` }]);
    expect(summary.length).toBeLessThanOrEqual(240);
    expect(encodeURIComponent(summary)).toContain("a%E2%80%A6");
    expect(summary.endsWith("…")).toBe(true);
  });
});
