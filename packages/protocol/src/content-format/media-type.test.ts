import { describe, expect, it } from "vitest";
import { ContentFormat } from "./content-format.js";
import { contentCodingOf, contentFormatOf, mediaTypeOf, structuredSuffixOf } from "./media-type.js";
import { CONTENT_FORMATS } from "./registry.js";

describe("content formats", () => {
  it("has one row for each number, in ascending order", () => {
    const numbers = CONTENT_FORMATS.map(([number]) => number);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });

  it("leads from each number to its media type and coding and back", () => {
    for (const [number] of CONTENT_FORMATS) {
      expect(contentFormatOf(mediaTypeOf(number) ?? "", contentCodingOf(number))).toBe(number);
    }
  });

  it("has a media type for every named content format", () => {
    for (const number of Object.values(ContentFormat)) expect(mediaTypeOf(number)).toBeDefined();
    expect(mediaTypeOf(ContentFormat.ProblemDetailsCbor)).toBe("application/concise-problem-details+cbor");
    expect(mediaTypeOf(ContentFormat.TdJson)).toBe("application/td+json");
  });

  it.each([
    ["application/json", 50],
    ["Application/JSON", 50],
    ["text/plain", 0],
    ["text/plain;charset=utf-8", 0],
    [" text/plain ; charset=UTF-8 ", 0],
    ['text/plain; charset="utf-8"', 0],
    ["application/cose;cose-type=cose-sign1", 18],
    ["application/cose", undefined],
    ["text/plain; charset=latin1", undefined],
    ["__proto__", undefined],
    ["", undefined],
  ])("takes %j for %s", (mediaType, number) => {
    expect(contentFormatOf(mediaType)).toBe(number);
  });

  it("keeps a content coding apart from the media type", () => {
    expect(contentFormatOf("application/json", "deflate")).toBe(11050);
    expect(contentFormatOf("text/plain", "ZSTD")).toBe(12000);
    expect(contentFormatOf("application/json", "br")).toBeUndefined();
    expect(contentCodingOf(50)).toBeUndefined();
  });

  it.each([
    [ContentFormat.SenmlJson, "+json"],
    [ContentFormat.SenmlCbor, "+cbor"],
    [ContentFormat.SenmlXml, "+xml"],
    [272, "+cbor-seq"],
    [10004, "+cwt"],
    [ContentFormat.Json, undefined],
    [18, undefined],
    [65000, undefined],
  ])("finds the suffix of %d: %s", (number, suffix) => {
    expect(structuredSuffixOf(number)).toBe(suffix);
  });
});
