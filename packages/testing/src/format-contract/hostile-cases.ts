import assert from "node:assert/strict";
import type { PayloadFormat } from "@coapkit/core";
import { decodeSafely } from "./decode-safely.js";
import type { FormatContractOptions } from "./format-options.js";
import { HOSTILE_PAYLOADS, hostileValues } from "./hostile-payloads.js";
import { Random } from "./random.js";
import { encodeSample } from "./round-trip-cases.js";

const DEFAULT_RANDOM_PAYLOADS = 2_500;
const MAX_RANDOM_BYTES = 64;
/** Generous, for slow machines: what is refused takes well below a millisecond. */
const MAX_DECODE_MS = 2_000;

/** Seeded random bytes, and mutations of `valid` payloads, must not make decode throw. */
export function assertStandsRandomPayloads(
  format: PayloadFormat,
  valid: readonly Uint8Array[],
  options: Pick<FormatContractOptions, "randomPayloads" | "seed">,
): void {
  const { randomPayloads = DEFAULT_RANDOM_PAYLOADS, seed = 1 } = options;
  const random = new Random(seed);
  for (let i = 0; i < randomPayloads; i++) {
    const bytes = random.bytes(random.below(MAX_RANDOM_BYTES));
    decodeSafely(format, bytes, `random bytes ${hexOf(bytes)}`);
    const original = valid[i % valid.length];
    if (original === undefined) continue;
    const mutant = random.mutate(original);
    decodeSafely(format, mutant, `a damaged payload, ${hexOf(mutant)},`);
  }
}

/** Every beginning of a valid payload, as a lost block would leave it. */
export function assertStandsTruncation(format: PayloadFormat, valid: readonly Uint8Array[]): void {
  for (const payload of valid) {
    for (let length = 0; length < Math.min(payload.length, 1_024); length++) {
      decodeSafely(format, payload.subarray(0, length), `the first ${length} of ${payload.length} bytes`);
    }
  }
}

/** Payloads that have broken decoders before, and values with names that reach a prototype. */
export function assertStandsHostilePayloads(format: PayloadFormat): void {
  for (const { name, bytes } of HOSTILE_PAYLOADS) decodeInTime(format, bytes, name);
  if (!format.structured) return;
  for (const value of hostileValues()) {
    decodeInTime(format, encodeSample(format, value), `its own payload of ${JSON.stringify(value)}`);
  }
}

function decodeInTime(format: PayloadFormat, bytes: Uint8Array, name: string): void {
  const startMs = performance.now();
  decodeSafely(format, bytes, name);
  const tookMs = Math.round(performance.now() - startMs);
  const message = `The contract wants decode to end within ${MAX_DECODE_MS} ms; for ${name} it took ${tookMs} ms.`;
  assert.ok(tookMs <= MAX_DECODE_MS, message);
}

/** Payloads that the author knows to be wrong. */
export function assertRefusesMalformed(format: PayloadFormat, options: FormatContractOptions): void {
  for (const payload of options.malformed ?? []) {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    const what = typeof payload === "string" ? JSON.stringify(payload) : hexOf(payload);
    const { ok } = decodeSafely(format, bytes, what);
    assert.ok(!ok, `The contract wants decode to refuse the malformed payload ${what}; it gave a value.`);
  }
}

function hexOf(bytes: Uint8Array): string {
  return bytes.length === 0 ? "(none)" : Buffer.from(bytes).toString("hex");
}
