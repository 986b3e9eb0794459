import { describe, expect, it } from "vitest";
import { joinPaths, parsePathPattern } from "./path-pattern.js";

const parse = (path: string) => parsePathPattern(path, "Rooms.read");

describe("joinPaths", () => {
  it.each([
    [["", ""], "/"],
    [["/", "/"], "/"],
    [["rooms", ""], "/rooms"],
    [["/rooms", "/:id"], "/rooms/:id"],
    [["rooms", ":id/x"], "/rooms/:id/x"],
    [["rooms/", ":id"], "/rooms//:id"],
  ])("joins %j", (paths, joined) => {
    expect(joinPaths(...paths)).toBe(joined);
  });
});

describe("parsePathPattern", () => {
  it("reads static segments, parameters and a last wildcard", () => {
    expect(parse("rooms/:room/files/*rest")).toEqual({
      text: "/rooms/:room/files/*rest",
      segments: [
        { kind: "static", text: "rooms" },
        { kind: "param", name: "room" },
        { kind: "static", text: "files" },
        { kind: "wildcard", name: "rest" },
      ],
      paramNames: ["room", "rest"],
      concrete: false,
    });
  });

  it("takes percent signs, case and blanks as they are, and a backslash as an escape of : and *", () => {
    const texts = parse("/A%2F/b c/\\:id/\\*/x:y").segments.map((segment) => (segment as { text: string }).text);
    expect(texts).toEqual(["A%2F", "b c", ":id", "*", "x:y"]);
  });

  it("keeps empty segments and counts bytes, not characters", () => {
    expect(parse("/a//").segments).toHaveLength(3);
    expect(parse(`/${"é".repeat(127)}`).concrete).toBe(true);
  });

  it.each([
    ["/:", '"" is no parameter name; use letters, digits and _'],
    ["/:a-b", '"a-b" is no parameter name; use letters, digits and _'],
    ["/:1", '"1" is no parameter name; use letters, digits and _'],
    ["/*", '"" is no parameter name; use letters, digits and _'],
    ["/:id/:id", 'parameter "id" occurs twice; rename one'],
    ["/*rest/x", '"*rest" must be the last segment'],
    ["/a/../b", '".." cannot be a segment (RFC 7252 §5.10.1)'],
    ["/.", '"." cannot be a segment (RFC 7252 §5.10.1)'],
    [`/${"é".repeat(128)}`, "a segment is longer than 255 bytes"],
  ])("refuses %s", (path, problem) => {
    expect(() => parse(path)).toThrow(`Path "${path}" of Rooms.read is not a pattern: ${problem}.`);
  });

  it("refuses what no request can reach: more segments than the router reads", () => {
    expect(parse("/a".repeat(64)).segments).toHaveLength(64);
    expect(() => parse("/a".repeat(65))).toThrow("is not a pattern: it has more than 64 segments.");
  });
});
