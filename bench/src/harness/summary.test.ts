import { describe, expect, it } from "vitest";
import type { Measurement } from "./measurement.js";
import { summarize } from "./summary.js";

function measured(server: string, round: number, requestsPerSecond: number, cpuPerRequestUs: number): Measurement {
  return {
    server,
    scenario: "16x4-con",
    round,
    cpuPerRequestUs,
    peakRssBytes: round * 1000,
    othersCpuShare: 0,
    load: {
      answers: 10,
      totalAnswers: 20,
      seconds: 1,
      requestsPerSecond,
      latencyUs: { p50: round, p99: round, p999: round, max: round },
      lost: 1,
      wrong: 2,
      stale: 0,
      separate: 0,
      generatorCpuShare: 0.5,
      generatorCpuUs: 500_000,
    },
  };
}

describe("summarize", () => {
  const rounds = [
    measured("raw-echo", 1, 100, 1),
    measured("coapkit", 1, 50, 4),
    measured("raw-echo", 2, 200, 2),
    measured("coapkit", 2, 80, 4),
    measured("raw-echo", 3, 300, 1),
    measured("coapkit", 3, 240, 3),
  ];

  it("compares each round with the raw echo of the same round", () => {
    const [raw, coapkit] = summarize(rounds);
    expect(raw?.ratio).toEqual({ median: 1, min: 1, max: 1 });
    expect(coapkit).toMatchObject({ requestsPerSecond: 80, ratio: { median: 0.5, min: 0.4, max: 0.8 }, cpuRatio: 3 });
  });

  it("adds losses and wrong answers up and keeps the greatest memory", () => {
    expect(summarize(rounds)[1]).toMatchObject({ answers: 30, lost: 3, wrong: 6, peakRssBytes: 3000 });
  });

  it("refuses a round without a raw echo", () => {
    expect(() => summarize([measured("coapkit", 1, 1, 1)])).toThrow("Round 1 of 16x4-con has no raw-echo");
  });
});
