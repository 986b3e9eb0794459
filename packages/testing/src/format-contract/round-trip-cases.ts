import assert from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";
import type { PayloadFormat } from "@coapkit/core";
import { decodeSafely } from "./decode-safely.js";
import type { FormatContractOptions } from "./format-options.js";

/** What a format that calls itself structured has to carry. */
const STRUCTURED_SAMPLES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  21.5,
  Number.MAX_SAFE_INTEGER,
  "",
  "21.5 °C, 日本, 🌡",
  [],
  [1, [2, [3]], null],
  {},
  { id: "7", readings: [{ t: 1.5, ok: true }], empty: {}, "a b": null },
];

/** The author's samples, and for structured formats those that all of them share. */
export function samplesOf(format: PayloadFormat, options: FormatContractOptions): readonly unknown[] {
  assert.ok(options.samples.length > 0, "The contract needs samples: pass at least one value that the format carries.");
  return format.structured ? [...options.samples, ...STRUCTURED_SAMPLES] : options.samples;
}

/** The payload of a value, as bytes that are not a `Buffer`. */
export function encodeSample(format: PayloadFormat, sample: unknown): Uint8Array {
  const encoded: unknown = format.encode(sample, format.contentFormat);
  if (typeof encoded === "string") return new TextEncoder().encode(encoded);
  const found = `The contract wants encode to return bytes or a string; for ${show(sample)} it returned ${show(encoded)}.`;
  assert.ok(encoded instanceof Uint8Array, found);
  return Uint8Array.from(encoded);
}

/** Checks that encoding gives bytes, the same each time, and leaves the value as it is. */
export function assertEncodes(format: PayloadFormat, options: FormatContractOptions): void {
  for (const sample of samplesOf(format, options)) {
    const before = plain(sample);
    const first = encodeSample(format, sample);
    const isUnchanged = isDeepStrictEqual(plain(sample), before);
    assert.ok(isUnchanged, `The contract wants encode to leave the value as it is; it changed ${show(before)}.`);
    const again = encodeSample(format, sample);
    assert.deepEqual(again, first, `The contract wants encode to give the same payload each time for ${show(sample)}.`);
    assertRepresents(format, sample);
  }
}

function assertRepresents(format: PayloadFormat, sample: unknown): void {
  const represents = format.represents?.(sample) ?? true;
  assert.ok(
    represents,
    `The contract wants represents to be true for what encode takes; it is false for ${show(sample)}.`,
  );
}

/** Checks that what was encoded is decoded to the same value. */
export function assertRoundTrips(format: PayloadFormat, options: FormatContractOptions): void {
  const assertSame = options.assertSame ?? assertSameValue;
  for (const sample of samplesOf(format, options)) {
    const decoded = decodeSafely(format, encodeSample(format, sample), `the payload of ${show(sample)}`);
    if (!decoded.ok) {
      assert.fail(`The contract wants decode to read what encode wrote; it refuses ${show(sample)}: ${decoded.reason}`);
    }
    assertSame(decoded.value, sample);
  }
}

function assertSameValue(decoded: unknown, sample: unknown): void {
  const message = `The contract wants samples to survive; ${show(sample)} came back as ${show(decoded)}.`;
  assert.ok(isDeepStrictEqual(plain(decoded), plain(sample)), message);
}

/** The value with plain objects for records without a prototype, which decoders rightly use. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Uint8Array) return [...value];
  if (typeof value !== "object" || value === null || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function show(value: unknown): string {
  return inspect(value, { depth: 2, maxStringLength: 80, maxArrayLength: 10, breakLength: Number.POSITIVE_INFINITY });
}
