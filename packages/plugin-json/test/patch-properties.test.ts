import { CoapError } from "@coapkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonPatch } from "../src/index.js";

const LIMITS = { maxDepth: 16, maxPatchOperations: 100, maxPatchSize: 1000 };
const name = fc.constantFrom("a", "b", "0", "1", "-", "", "~0", "~1", "constructor", "prototype", "toString", "length");
const pointer = fc.array(name, { maxLength: 3 }).map((tokens) => tokens.map((token) => `/${token}`).join(""));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, 0, 1, "x", true),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "0", "constructor", "prototype"), tie("tree"), { maxKeys: 3 }),
  ),
}));
const operation = fc.record({
  op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test"),
  path: pointer,
  from: pointer,
  value: tree,
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("JSON Patch, whatever the operations", () => {
  it("gives a document or a CoapError, and changes neither its input nor a prototype", () => {
    let applied = 0;
    fc.assert(
      fc.property(tree, fc.array(operation, { maxLength: 5 }), (document, operations) => {
        const patch = JsonPatch.read(operations, LIMITS);
        if (!patch.ok) return;
        const before = plain(document);
        const outcome = attempt(() => patch.value.apply(document));
        if (!(outcome instanceof CoapError)) applied++;
        expect(plain(document)).toEqual(before);
        expect(patch.value.toJSON()).toEqual(operations);
        expect(plain(attempt(() => patch.value.apply(document)))).toEqual(plain(outcome));
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(applied).toBeGreaterThan(100);
  });

  it("undoes an add by a remove", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b"), tree), tree, (document, value) => {
        fc.pre(!JSON.stringify(value).includes("prototype"));
        const patch = JsonPatch.read(
          [
            { op: "add", path: "/new", value },
            { op: "test", path: "/new", value },
            { op: "remove", path: "/new" },
          ],
          LIMITS,
        );
        expect(patch.ok && patch.value.apply(document)).toEqual(plain(document));
      }),
    );
  });
});

/** What a function gives, or the CoapError that it throws. */
function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof CoapError) return error;
    throw error;
  }
}
