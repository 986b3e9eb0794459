import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../test/support/wire.js";
import { sortOptions } from "../option/encode-options.js";
import { OptionValueError } from "../option/option-error.js";
import type { Type } from "./message-type.js";
import { messageBound, writeContent, writeEmpty, writeHead } from "./message-writer.js";

const value = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 40 }), fc.maxSafeNat());
const message = fc.record({
  type: fc.nat(3),
  code: fc.integer({ min: 1, max: 255 }),
  messageId: fc.nat(65_535),
  token: fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ minLength: 13, maxLength: 400 })),
  options: fc.array(fc.record({ number: fc.oneof(fc.nat(30), fc.nat(65_535)), value }), { maxLength: 8 }),
  payload: fc.oneof(fc.uint8Array({ maxLength: 1_100 }), fc.string({ maxLength: 300, unit: "binary" })),
  start: fc.nat(9),
});

const bytesOf = (text: Uint8Array | string) => (typeof text === "string" ? new TextEncoder().encode(text) : text);

describe("writing a message", () => {
  it("writes what the scanner reads, within the room that it asked for", () => {
    fc.assert(
      fc.property(message, ({ type, code, messageId, token, options, payload, start }) => {
        const sorted = sortOptions(options);
        const room = messageBound(sorted, payload, token.length);
        const target = new Uint8Array(start + room + 10).fill(0xee);
        const at = writeHead(target, start, type as Type, code, messageId, token, 0, token.length);
        const end = writeContent(target, at, sorted, payload);
        expect(end).toBeLessThanOrEqual(start + room);
        expect(target.subarray(end).every((byte) => byte === 0xee)).toBe(true);
        const read = decodeMessage(target.slice(start, end));
        expect(read).toMatchObject({ type, code, messageId, token: [...token] });
        expect(read.payload).toEqual(bytesOf(payload));
        const numbers = [...read.options].map(({ number }) => number);
        expect(numbers).toEqual(options.map(({ number }) => number).sort((a, b) => a - b));
        for (const { number, value: written } of options)
          expect(read.options.all(number).some((found) => isValue(found, written))).toBe(true);
      }),
    );
  });

  it("takes a token from the middle of a buffer", () => {
    const target = new Uint8Array(messageBound([], "", 2));
    const end = writeHead(target, 0, 0, 1, 5, Uint8Array.of(9, 1, 2, 9), 1, 3);
    expect([...target.subarray(0, end)]).toEqual([0x42, 1, 0, 5, 1, 2]);
  });

  it.each([
    [{ number: 65_536, value: "" }],
    [{ number: -1, value: "" }],
    [{ number: 1, value: -1 }],
    [{ number: 1, value: 1.5 }],
    [{ number: 1, value: new Uint8Array(65_805) }],
  ])("refuses %j before anything is written", (option) => {
    expect(() => messageBound([option], "", 0)).toThrow(OptionValueError);
  });

  it("writes an empty message in four bytes", () => {
    const target = new Uint8Array(6).fill(0xee);
    expect(writeEmpty(target, 1, 2, 0xabcd)).toBe(5);
    expect([...target]).toEqual([0xee, 0x60, 0, 0xab, 0xcd, 0xee]);
  });
});

function isValue(found: Uint8Array, written: Uint8Array | string | number): boolean {
  if (typeof written === "number") return found.reduce((sum, byte) => sum * 256 + byte, 0) === written;
  return Buffer.compare(found, bytesOf(written)) === 0;
}
