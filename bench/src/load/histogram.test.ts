import { describe, expect, it } from "vitest";
import { Histogram } from "./histogram.js";

function histogramOf(latenciesMs: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const latencyMs of latenciesMs) histogram.record(latencyMs);
  return histogram;
}

describe("Histogram", () => {
  it("has no latencies at first", () => {
    const histogram = new Histogram();
    expect(histogram.total).toBe(0);
    expect(histogram.percentileUs(0.5)).toBe(0);
    expect(histogram.maxUs).toBe(0);
  });

  it("gives percentiles within a bucket's width of the sorted latencies", () => {
    const latenciesUs = Array.from({ length: 10_000 }, (_, index) => 1 + ((index * 7919) % 10_000) * 3.7);
    const sorted = latenciesUs.toSorted((a, b) => a - b);
    const histogram = histogramOf(latenciesUs.map((us) => us / 1000));
    for (const quantile of [0.001, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = sorted[Math.ceil(sorted.length * quantile) - 1] as number;
      expect(histogram.percentileUs(quantile)).toBeGreaterThanOrEqual(exact - 0.1);
      expect(histogram.percentileUs(quantile)).toBeLessThanOrEqual(exact * (1 + 1 / 64) + 0.1);
    }
  });

  it("never gives more than the largest latency, which is exact", () => {
    const histogram = histogramOf([0.0123, 1.2345, 777.7]);
    expect(histogram.maxUs).toBe(777_700);
    expect(histogram.percentileUs(1)).toBe(777_700);
  });

  it("tells latencies below 6.4 microseconds apart to 0.1", () => {
    const histogram = histogramOf([0.0011, 0.0022, 0.0063]);
    expect([1 / 3, 2 / 3, 1].map((quantile) => histogram.percentileUs(quantile))).toEqual([1.1, 2.2, 6.3]);
  });

  it("takes latencies out of its range as its ends", () => {
    const histogram = histogramOf([-1, 1e9]);
    expect(histogram.total).toBe(2);
    expect(histogram.percentileUs(0.5)).toBe(0);
    expect(histogram.maxUs).toBe((2 ** 31 - 1) / 10);
  });

  it("forgets everything on reset", () => {
    const histogram = histogramOf([5, 6]);
    histogram.reset();
    expect(histogram.total).toBe(0);
    expect(histogram.percentileUs(0.99)).toBe(0);
  });
});
