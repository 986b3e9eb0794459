import { OptionNumber, OptionsView } from "@coapkit/protocol";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type PatternSegment, parsePathPattern } from "./path-pattern.js";
import { RequestHead } from "./request-head.js";
import { Router } from "./router.js";
import { hashSegment } from "./segment-hash.js";

const GET = 1;
const PUT = 3;
/** Two texts with the same FNV-1a hash of 32 bits. */
const COLLIDING = ["s6rnw", "snpba"] as const;

function headOf(segments: readonly string[]): RequestHead {
  const head = new RequestHead();
  head.read(OptionsView.of(segments.map((value) => ({ number: OptionNumber.UriPath, value }))));
  return head;
}

function routerOf(...patterns: readonly (readonly [method: number, path: string])[]): Router<string> {
  const router = new Router<string>();
  for (const [method, path] of patterns) router.add(method, parsePathPattern(path, "test"), path);
  return router;
}

function lookUp(router: Router<string>, method: number, segments: readonly string[]) {
  const found = router.match(method, headOf(segments));
  return { found, captures: router.captures.slice(0, router.captureCount), pathExists: router.pathExists };
}

describe("Router", () => {
  const router = routerOf(
    [GET, "/"],
    [GET, "/rooms"],
    [GET, "/rooms/:room"],
    [GET, "/rooms/main"],
    [PUT, "/rooms/main"],
    [PUT, "/rooms/:room/*rest"],
    [GET, "/rooms/main/lamp"],
    [GET, "/rooms/:room/:thing/state"],
    [GET, "/*any"],
  );

  it.each([
    ["the root", GET, [], "/", []],
    ["static before param", GET, ["rooms", "main"], "/rooms/main", []],
    ["param before wildcard", GET, ["rooms", "7"], "/rooms/:room", [1]],
    ["param for an empty segment", GET, ["rooms", ""], "/rooms/:room", [1]],
    ["wildcard for what is left", GET, ["rooms", "7", "x"], "/*any", [0]],
    ["wildcard for one segment", PUT, ["rooms", "7", "x"], "/rooms/:room/*rest", [1, 2]],
    [
      "another branch where the better one has not the method",
      PUT,
      ["rooms", "main", "lamp"],
      "/rooms/:room/*rest",
      [1, 2],
    ],
    [
      "another branch where the better one ends too early",
      GET,
      ["rooms", "main", "lamp", "state"],
      "/rooms/:room/:thing/state",
      [1, 2],
    ],
    ["nothing of a failed branch in captures", GET, ["rooms", "main", "lamp", "other"], "/*any", [0]],
  ])("finds %s", (_, method, segments, found, captures) => {
    expect(lookUp(router, method, segments)).toMatchObject({ found, captures });
  });

  it("tells 4.05 from 4.04: the path exists only where a pattern matches it whole", () => {
    const small = routerOf([GET, "/a/b"], [GET, "/c/*rest"]);
    expect(lookUp(small, PUT, ["a", "b"])).toEqual({ found: undefined, captures: [], pathExists: true });
    expect(lookUp(small, PUT, ["a"])).toEqual({ found: undefined, captures: [], pathExists: false });
    expect(lookUp(small, PUT, ["c", "x", "y"])).toEqual({ found: undefined, captures: [], pathExists: true });
    expect(lookUp(small, GET, ["c"])).toEqual({ found: undefined, captures: [], pathExists: false });
  });

  it("compares bytes: case, percent signs and slashes within a segment are data", () => {
    const small = routerOf([GET, "/a/b"], [GET, "/A"], [GET, "/%61"]);
    expect(lookUp(small, GET, ["a/b"]).found).toBeUndefined();
    expect(lookUp(small, GET, ["A"]).found).toBe("/A");
    expect(lookUp(small, GET, ["%61"]).found).toBe("/%61");
    expect(lookUp(small, GET, ["a"]).found).toBeUndefined();
  });

  it("tells segments of the same hash apart", () => {
    const bytes = COLLIDING.map((text) => new TextEncoder().encode(text));
    expect(hashSegment(bytes[0] as Uint8Array)).toBe(hashSegment(bytes[1] as Uint8Array));
    const both = routerOf([GET, `/${COLLIDING[0]}`], [GET, `/${COLLIDING[1]}`], [GET, `/${COLLIDING[1]}/x`]);
    expect(lookUp(both, GET, [COLLIDING[0]]).found).toBe("/s6rnw");
    expect(lookUp(both, GET, [COLLIDING[1]]).found).toBe("/snpba");
    expect(lookUp(both, GET, [COLLIDING[1], "x"]).found).toBe("/snpba/x");
    const one = routerOf([GET, `/${COLLIDING[0]}`]);
    expect(lookUp(one, GET, [COLLIDING[1]])).toMatchObject({ found: undefined, pathExists: false });
  });

  it("gives back what has the place already, whatever its parameters are called", () => {
    const small = routerOf([GET, "/a/:x"]);
    expect(small.add(GET, parsePathPattern("/a/:y", "test"), "again")).toBe("/a/:x");
    expect(small.add(PUT, parsePathPattern("/a/:y", "test"), "other")).toBeUndefined();
  });

  it("does not look further the more routes there are", () => {
    const workOf = (routes: number): number => {
      const large = routerOf(...Array.from({ length: routes }, (_, i): [number, string] => [GET, `/r${i}/:id/state`]));
      const head = headOf([`r${routes - 1}`, "7", "state"]);
      const lookups = vi.spyOn(Map.prototype, "get");
      const comparisons = vi.spyOn(head, "segmentEquals");
      expect(large.match(GET, head)).toBe(`/r${routes - 1}/:id/state`);
      const work = lookups.mock.calls.length + comparisons.mock.calls.length;
      lookups.mockRestore();
      return work;
    };
    expect(workOf(10)).toBeGreaterThan(0);
    expect(workOf(10_000)).toBe(workOf(10));
  });
});

/** Every pattern is tried; the best of those that match wins. */
function reference(patterns: readonly string[], segments: readonly string[]): string | undefined {
  const rank = { static: 0, param: 1, wildcard: 2 };
  const keyOf = (path: string) =>
    parsePathPattern(path, "test")
      .segments.map(({ kind }) => rank[kind])
      .join("");
  return patterns
    .filter((path) => fits(parsePathPattern(path, "test").segments, segments))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))[0];
}

function fits(pattern: readonly PatternSegment[], segments: readonly string[]): boolean {
  const hasWildcard = pattern.at(-1)?.kind === "wildcard";
  if (hasWildcard ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, index) => part.kind !== "static" || part.text === segments[index]);
}

describe("Router against a list of patterns tried one by one", () => {
  const text = fc.constantFrom("a", "b", "A", "", "%61", ...COLLIDING);
  const segment = fc.oneof({ weight: 3, arbitrary: text }, { weight: 2, arbitrary: fc.constant(":") });
  const pattern = fc.tuple(fc.array(segment, { maxLength: 4 }), fc.boolean()).map(([parts, hasWildcard]) => {
    const named = parts.map((part, index) => (part === ":" ? `:p${index}` : part));
    return `/${[...named, ...(hasWildcard ? ["*rest"] : [])].join("/")}`;
  });
  // A single empty segment is no path of its own: "/" has none (RFC 7252 §6.4).
  const patterns = fc.uniqueArray(
    pattern.filter((path) => parsePathPattern(path, "test").text === path),
    { maxLength: 40 },
  );

  it("finds the same route", () => {
    fc.assert(
      fc.property(patterns, fc.array(text, { maxLength: 6 }), (paths, segments) => {
        const { found, pathExists } = lookUp(
          routerOf(...paths.map((path): [number, string] => [GET, path])),
          GET,
          segments,
        );
        const expected = reference(paths, segments);
        expect(found).toBe(expected);
        expect(pathExists).toBe(expected !== undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});
