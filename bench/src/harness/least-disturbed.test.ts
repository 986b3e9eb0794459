import { describe, expect, it } from "vitest";
import { leastDisturbed } from "./least-disturbed.js";
import type { Measurement } from "./measurement.js";

function taking(shares: number[]): () => Promise<Measurement> {
  return async () => ({ othersCpuShare: shares.shift() }) as Measurement;
}

describe("leastDisturbed", () => {
  it("takes an undisturbed measurement once", async () => {
    const shares = [0.02, 0.01];
    expect((await leastDisturbed(5, taking(shares))).othersCpuShare).toBe(0.02);
    expect(shares).toEqual([0.01]);
  });

  it("goes on until one is undisturbed", async () => {
    const shares = [0.9, 0.5, 0.05, 0.01];
    expect((await leastDisturbed(5, taking(shares))).othersCpuShare).toBe(0.05);
    expect(shares).toEqual([0.01]);
  });

  it("keeps the least disturbed one where none is undisturbed", async () => {
    expect((await leastDisturbed(2, taking([0.9, 0.4, 0.7]))).othersCpuShare).toBe(0.4);
  });
});
