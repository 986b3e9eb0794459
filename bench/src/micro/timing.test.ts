import { describe, expect, it } from "vitest";
import { timeCases } from "./timing.js";

const SHORT = { warmupMs: 1, sampleMs: 1, samples: 3 };

describe("timeCases", () => {
  it("runs every case, at once or with a promise, and keeps their order", async () => {
    const calls = { sync: 0, async: 0 };
    const results = await timeCases(
      [
        { name: "sync", isAsync: false, run: () => ++calls.sync },
        { name: "async", isAsync: true, run: async () => ++calls.async },
      ],
      SHORT,
    );
    expect(results.map(({ name }) => name)).toEqual(["sync", "async"]);
    expect(Math.min(calls.sync, calls.async)).toBeGreaterThan(0);
    for (const { medianNs, minNs } of results) {
      expect(minNs).toBeGreaterThan(0);
      expect(medianNs).toBeGreaterThanOrEqual(minNs);
    }
  });

  it("passes a failure on", async () => {
    const failing = { name: "failing", isAsync: true, run: () => Promise.reject(new Error("no")) };
    await expect(timeCases([failing], SHORT)).rejects.toThrow("no");
  });
});
