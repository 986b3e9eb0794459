import { type OptionEntry, OptionNumber, OptionsView } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { RequestHead } from "./request-head.js";

const INVALID_UTF8 = Uint8Array.of(0x61, 0xc3, 0x28);

function read(...entries: OptionEntry[]): RequestHead {
  const head = new RequestHead();
  head.read(OptionsView.of(entries));
  return head;
}
const path = (value: OptionEntry["value"]): OptionEntry => ({ number: OptionNumber.UriPath, value });

describe("RequestHead", () => {
  it("finds segments, formats and nothing else", () => {
    const head = read(
      path("a"),
      path(""),
      path("ä/b"),
      { number: OptionNumber.ContentFormat, value: 50 },
      { number: OptionNumber.Accept, value: 60 },
    );
    expect([0, 1, 2].map((index) => head.segment(index))).toEqual(["a", "", "ä/b"]);
    expect([head.segmentCount, head.contentFormat, head.accept, head.isForProxy, head.fault]).toEqual([
      3,
      50,
      60,
      false,
      undefined,
    ]);
  });

  it("takes an empty value for the number 0: text/plain", () => {
    const head = read(
      { number: OptionNumber.ContentFormat, value: "" },
      { number: OptionNumber.Accept, value: new Uint8Array(0) },
    );
    expect([head.contentFormat, head.accept]).toEqual([0, 0]);
  });

  it("ignores a Content-Format of three bytes and one that occurs again (RFC 7252 §5.4.3, §5.4.5)", () => {
    const number = OptionNumber.ContentFormat;
    expect(read({ number, value: Uint8Array.of(0, 0, 50) }).contentFormat).toBe(-1);
    expect(read({ number, value: 50 }, { number, value: 60 }).contentFormat).toBe(50);
  });

  it("forgets the request before", () => {
    const head = read(path(".."), { number: OptionNumber.ProxyScheme, value: "http" }, { number: 17, value: 1 });
    expect([head.fault, head.isForProxy]).toEqual(['A path segment is "." or "..".', true]);
    head.read(OptionsView.of([path("b")]));
    expect([head.fault, head.isForProxy, head.accept, head.segmentCount]).toEqual([undefined, false, -1, 1]);
  });

  it.each([
    ["a path that is not UTF-8", path(INVALID_UTF8), "The path is not UTF-8."],
    ["an overlong form", path(Uint8Array.of(0xc0, 0xae)), "The path is not UTF-8."],
    ["a query that is not UTF-8", { number: OptionNumber.UriQuery, value: INVALID_UTF8 }, "The query is not UTF-8."],
    ["a segment .", path("."), 'A path segment is "." or "..".'],
  ])("finds fault with %s", (_, entry, fault) => {
    expect(read(entry).fault).toBe(fault);
  });

  it("finds no fault with segments that only begin with dots", () => {
    expect(read(path("..."), path(".a"), path("a."), path(".a.")).fault).toBeUndefined();
  });

  it("reads 64 segments and faults the 65th", () => {
    const segments = Array.from({ length: 65 }, (_, index) => path(String(index)));
    expect(read(...segments.slice(0, 64))).toMatchObject({ segmentCount: 64, fault: undefined });
    expect(read(...segments)).toMatchObject({ segmentCount: 64, fault: "The path has more than 64 segments." });
  });
});
