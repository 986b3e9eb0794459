import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Method } from "../code/method.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import { OptionsView } from "../option/options-view.js";
import { bodyKey } from "./body-key.js";

const PATH: OptionEntry = { number: OptionNumber.UriPath, value: "fw" };
const keyOf = (...entries: OptionEntry[]) => bodyKey(1, Method.PUT, OptionsView.of([PATH, ...entries]));
const tag = (...bytes: number[]): OptionEntry => ({ number: OptionNumber.RequestTag, value: Uint8Array.from(bytes) });

describe("bodyKey", () => {
  it("tells peers and methods apart", () => {
    const options = OptionsView.of([PATH]);
    const keys = [0, 1, 65_536, 65_537].flatMap((peer) =>
      [Method.PUT, Method.POST].map((method) => bodyKey(peer, method, options)),
    );
    expect(new Set(keys).size).toBe(8);
  });

  it("is the same for all blocks of a body", () => {
    const others: OptionEntry[] = [
      { number: OptionNumber.Block1, value: 0x1e },
      { number: OptionNumber.Block2, value: 6 },
      { number: OptionNumber.Size1, value: 4000 },
      { number: OptionNumber.Size2, value: 0 },
      { number: OptionNumber.Echo, value: Uint8Array.of(1, 2) },
    ];
    for (const option of others) expect(keyOf(option), String(option.number)).toBe(keyOf());
  });

  it("leaves Observe out, which only the request for block 0 has: RFC 7641 §2, RFC 7959 §3.4", () => {
    expect(keyOf({ number: OptionNumber.Observe, value: 0 })).toBe(keyOf());
  });

  it("leaves If-None-Match out, which only block 0 may have: RFC 7959 §2.10", () => {
    expect(keyOf({ number: OptionNumber.IfNoneMatch, value: new Uint8Array(0) })).toBe(keyOf());
  });

  it("tells Request-Tags apart, also absent, empty and repeated ones: RFC 9175 §3.3", () => {
    const keys = [keyOf(), keyOf(tag()), keyOf(tag(), tag()), keyOf(tag(1)), keyOf(tag(2)), keyOf(tag(1), tag(2))];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("tells Content-Formats and queries apart: RFC 7959 §2.3", () => {
    const keys = [
      keyOf(),
      keyOf({ number: OptionNumber.ContentFormat, value: 0 }),
      keyOf({ number: OptionNumber.ContentFormat, value: 50 }),
      keyOf({ number: OptionNumber.UriQuery, value: "a" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("keeps critical options that have the NoCacheKey bits: RFC 9175 §3.3", () => {
    expect(keyOf({ number: 0xfd, value: Uint8Array.of(1) })).not.toBe(keyOf());
    expect(keyOf({ number: 0x3c | 0x20, value: 1 })).toBe(keyOf());
  });

  it("is equal exactly for equal options", () => {
    const value = fc.uint8Array({ maxLength: 3, max: 3 });
    const entries = fc.array(fc.record({ number: fc.constantFrom(1, 8, 11, 15, 292, 65_535), value }), {
      maxLength: 4,
    });
    const sorted = entries.map((list) => list.sort((one, other) => one.number - other.number));
    fc.assert(
      fc.property(sorted, sorted, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        const keys = [one, other].map((list) => bodyKey(1, 1, OptionsView.of(list)));
        expect(keys[0] === keys[1]).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });

  it("takes options of any length", () => {
    const long = (last: number): OptionEntry => ({ number: 2050, value: new Uint8Array(20_000).fill(last, 19_999) });
    expect(keyOf(long(1))).toBe(keyOf(long(1)));
    expect(keyOf(long(1))).not.toBe(keyOf(long(2)));
  });
});
