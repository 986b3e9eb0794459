// A table: the examples of RFC 7396 §3 and Appendix A.
import { describe, expect, it } from "vitest";
import { MergePatch, mergePatchFormat } from "../src/index.js";

const EXAMPLES: readonly [document: unknown, patch: unknown, outcome: unknown][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [
    {
      title: "Goodbye!",
      author: { givenName: "John", familyName: "Doe" },
      tags: ["example", "sample"],
      content: "This will be unchanged",
    },
    { title: "Hello!", phoneNumber: "+01-123-456-7890", author: { familyName: null }, tags: ["example"] },
    {
      title: "Hello!",
      author: { givenName: "John" },
      tags: ["example"],
      content: "This will be unchanged",
      phoneNumber: "+01-123-456-7890",
    },
  ],
];

describe("JSON merge patch (RFC 7396)", () => {
  it.each(EXAMPLES)("%j with %j is %j, also the second time", (document, patch, outcome) => {
    const before = structuredClone(document);
    const patched = new MergePatch(patch).apply(document);
    expect(patched).toEqual(outcome);
    expect(new MergePatch(patch).apply(patched)).toEqual(outcome);
    expect(document).toEqual(before);
  });

  it("shares nothing with the document or the patch", () => {
    const document = { a: { b: 1 } };
    const patch = new MergePatch({ c: { d: 1 } });
    const patched = patch.apply(document) as { a: { b: number }; c: { d: number } };
    patched.a.b = 2;
    patched.c.d = 2;
    expect([document, patch.value]).toEqual([{ a: { b: 1 } }, { c: { d: 1 } }]);
  });

  it("does not merge into what is inherited, nor into a prototype", () => {
    expect(new MergePatch({ constructor: { a: 1 }, toString: { b: 2 } }).apply({})).toEqual({
      constructor: { a: 1 },
      toString: { b: 2 },
    });
    new MergePatch(JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}')).apply({ a: {} });
    expect("polluted" in {}).toBe(false);
  });

  it("is refused by its format with a key that could reach a prototype", () => {
    const format = mergePatchFormat({ maxDepth: 64, forbiddenKeys: "refuse" });
    const decode = (text: string) => format.decode(new TextEncoder().encode(text), 52);
    expect(decode('{"a":{"__proto__":{}}}')).toEqual({ ok: false, reason: "forbidden key __proto__" });
    expect(decode('{"constructor":{"prototype":{}}}')).toMatchObject({ ok: false });
    expect(decode('{"a":'.repeat(65).concat("1", "}".repeat(65)))).toMatchObject({ ok: false });
  });
});
