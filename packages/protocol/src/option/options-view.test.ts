import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCoapkitError } from "../errors/coapkit-error.js";
import { encodeOptions, type OptionEntry } from "./encode-options.js";
import { OptionCursor } from "./option-cursor.js";
import { OptionNumber } from "./option-number.js";
import { OptionsView } from "./options-view.js";

const REQUEST: readonly OptionEntry[] = [
  { number: OptionNumber.UriQuery, value: "a=1" },
  { number: OptionNumber.UriPath, value: "sensors" },
  { number: OptionNumber.UriPath, value: "" },
  { number: OptionNumber.UriPath, value: "größe" },
  { number: OptionNumber.ContentFormat, value: 0 },
  { number: OptionNumber.ETag, value: Uint8Array.of(1, 2, 3) },
  { number: OptionNumber.Size1, value: 70_000 },
];

const entries = fc.array(
  fc.record({
    number: fc.oneof(fc.nat(40), fc.nat(300), fc.nat(65535)),
    value: fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 260, maxLength: 300 })),
  }),
  { maxLength: 12 },
);

describe("OptionsView accessors", () => {
  const view = OptionsView.of(REQUEST);

  it("read the first value in the form that is asked for", () => {
    expect(view.string(OptionNumber.UriPath)).toBe("sensors");
    expect(view.uint(OptionNumber.Size1)).toBe(70_000);
    expect(view.uint(OptionNumber.ContentFormat)).toBe(0);
    expect(view.bytes(OptionNumber.ETag)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("read all values of a repeated option in order", () => {
    expect(view.strings(OptionNumber.UriPath)).toEqual(["sensors", "", "größe"]);
    expect(view.all(OptionNumber.UriPath).map((value) => value.length)).toEqual([7, 0, 7]);
    expect(view.count(OptionNumber.UriPath)).toBe(3);
    expect(view.count(OptionNumber.Size1)).toBe(1);
  });

  it("tell what is absent", () => {
    for (const number of [0, OptionNumber.Accept, 65535]) {
      expect(view.has(number)).toBe(false);
      expect(view.count(number)).toBe(0);
      expect(view.uint(number)).toBeUndefined();
      expect(view.string(number)).toBeUndefined();
      expect(view.bytes(number)).toBeUndefined();
      expect(view.strings(number)).toEqual([]);
      expect(view.all(number)).toEqual([]);
    }
  });

  it("may be called while another iteration is under way", () => {
    const seen: number[] = [];
    for (const { number } of view) if (view.has(number)) seen.push(number);
    expect(seen).toEqual([4, 11, 11, 11, 12, 15, 60]);
  });

  it("hand out windows on the buffer, and copy() bytes of its own", () => {
    const datagram = Uint8Array.of(0xaa, 0x41, 7, 0xff, 1);
    const parsed = OptionsView.parse(datagram, 1);
    if (!parsed.ok) throw new Error(parsed.reason);
    const copy = parsed.value.copy();
    expect(parsed.value.bytes(4)?.buffer).toBe(datagram.buffer);
    datagram.fill(0);
    expect(copy.uint(4)).toBe(7);
    expect(OptionsView.EMPTY.copy()).toBe(OptionsView.EMPTY);
    expect(OptionsView.of([])).toBe(OptionsView.EMPTY);
  });
});

describe("OptionsView.parse", () => {
  it("reads back what was encoded, in stable order", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const parsed = OptionsView.parse(encodeOptions(list));
        const expected = list.toSorted((a, b) => a.number - b.number);
        expect(parsed.ok && [...parsed.value]).toEqual(expected);
      }),
    );
  });

  it("never throws on arbitrary bytes, and what it accepts stays within bounds", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(8), (bytes, skip) => {
        const start = Math.min(skip, bytes.length);
        const parsed = OptionsView.parse(bytes, start, bytes.length);
        if (!parsed.ok) return;
        const { end } = parsed.value;
        expect(end === bytes.length || bytes[end] === 0xff).toBe(true);
        const cursor = new OptionCursor();
        cursor.reset(bytes, start, end);
        let last = start;
        while (cursor.next()) {
          expect(cursor.valueStart).toBeGreaterThan(last);
          expect(cursor.valueEnd).toBeLessThanOrEqual(end);
          expect(cursor.number).toBeLessThanOrEqual(65535);
          last = cursor.valueEnd;
        }
        expect(last).toBe(end);
      }),
      { numRuns: 2000 },
    );
  });

  it("accepts options cut off nowhere but between two of them", () => {
    const bytes = encodeOptions(REQUEST);
    const boundaries = new Set([0]);
    for (const { value } of OptionsView.of(REQUEST)) boundaries.add(value.byteOffset + value.length);
    for (let end = 0; end <= bytes.length; end++) {
      expect(OptionsView.parse(bytes, 0, end).ok, `cut at ${end}`).toBe(boundaries.has(end));
    }
  });
});

describe("OptionCursor", () => {
  it("ends over bytes that were not validated", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const cursor = new OptionCursor();
        cursor.reset(bytes, 0, bytes.length);
        let steps = 0;
        while (cursor.next()) steps++;
        expect(steps).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

describe("encodeOptions", () => {
  it.each([
    { number: -1, value: 0 },
    { number: 65536, value: 0 },
    { number: 1.5, value: 0 },
    { number: 1, value: -1 },
    { number: 1, value: new Uint8Array(65_805) },
    { number: 1, value: "é".repeat(32_903) },
  ])("refuses what the wire cannot carry (case %#)", (entry) => {
    const act = () => encodeOptions([entry]);
    expect(act).toThrow(expect.toSatisfy((error) => isCoapkitError(error, "COAPKIT_ERR_OPTION_VALUE")));
  });

  it("does not reorder the list it is given", () => {
    const list = [...REQUEST];
    encodeOptions(list);
    expect(list).toEqual(REQUEST);
  });
});
