import { describe, expect, it } from "vitest";
import { reportBlocks } from "./report.js";
import type { Results } from "./results.js";
import type { Summary } from "./summary.js";

const RESULTS: Results = {
  machine: {
    cpu: "Example CPU",
    processors: 2,
    memoryBytes: 4 * 2 ** 30,
    kernel: "Linux 6.1",
    node: "v20.20.2",
    startedAt: "2026-11-23T08:00:00.000Z",
    busyBefore: 1.25,
  },
  pinning: "server on processor 0, load on processor 1",
  arguments: [],
  skipped: ["coap-server-notls is not installed"],
};

const SUMMARY: Summary = {
  scenario: "16x4-con",
  server: "coapkit",
  requestsPerSecond: 168_600,
  ratio: { median: 0.89, min: 0.85, max: 0.96 },
  latencyUs: { p50: 344, p99: 719, p999: 1595 },
  cpuPerRequestUs: 5.93,
  cpuRatio: 1.12,
  peakRssBytes: 64 * 2 ** 20,
  answers: 1,
  lost: 0,
  wrong: 0,
  generatorCpuShare: 0.9,
  othersCpuShare: 0.01,
};

describe("reportBlocks", () => {
  it("has no block for a section that did not run", () => {
    expect([...reportBlocks(RESULTS).keys()]).toEqual([]);
    expect([...reportBlocks({ ...RESULTS, soak: [] }).keys()]).toEqual(["soak"]);
  });

  it("says of the load what was measured, where, and who is missing", () => {
    const block = reportBlocks({ ...RESULTS, summaries: [SUMMARY] }).get("load") ?? "";
    expect(block).toMatch(/\| 16x4-con \|.*\n.*\n\| coapkit {2}\| 168,600 \| {2}0\.89 \| {5}0\.85–0\.96 \|/);
    expect(block).toContain("2026-11-23, Node 20.20.2, 2 × Example CPU, 4 GiB, Linux 6.1.");
    expect(block).toContain("Other processes used 125 % of a processor");
    expect(block).toContain("Left out: coap-server-notls is not installed");
  });
});
