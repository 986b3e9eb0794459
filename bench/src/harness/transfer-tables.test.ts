import { describe, expect, it } from "vitest";
import type { BlockwiseResult } from "./blockwise-section.js";
import type { ObserveResult } from "./observe-section.js";
import { blockwiseTables, observeTables } from "./transfer-tables.js";

const MIB = 2 ** 20;

const UPLOAD: BlockwiseResult = {
  server: "coapkit",
  direction: "upload",
  clients: 1,
  seconds: 2,
  bodies: 3,
  blocks: 4096,
  resent: 5,
  wrong: 0,
  serverCpuUs: 80_000,
  peakRssBytes: 64 * MIB,
};

const OBSERVED: ObserveResult = {
  server: "coapkit",
  observers: 1000,
  registered: 1000,
  registerMs: 88,
  changesMs: [10, 30, 20],
  notifications: 3000,
  confirmable: 300,
  repeated: 7,
  changesCpuUs: 30_000,
  lost: 1,
  wrong: 0,
  before: { rssBytes: 60 * MIB, heapBytes: 1_000_000 },
  registeredMemory: { rssBytes: 70 * MIB, heapBytes: 3_500_000 },
  after: { rssBytes: 65 * MIB, heapBytes: 1_100_000 },
};

/** The last line of a table as its cells. */
function lastRow(table: string | undefined): readonly string[] {
  const cells = table?.split("\n").at(-1)?.split("|") ?? [];
  return cells.slice(1, -1).map((cell) => cell.trim());
}

describe("blockwiseTables", () => {
  it("counts MiB by blocks, so that transfers that were given up are in the rate", () => {
    const [table] = blockwiseTables([UPLOAD]);
    expect(lastRow(table)).toEqual(["coapkit", "2.0", "2,048", "20.0", "64.0", "3", "5", "0"]);
  });

  it("has a table for each direction and number of clients", () => {
    const tables = blockwiseTables([UPLOAD, { ...UPLOAD, clients: 16 }, { ...UPLOAD, direction: "download" }]);
    expect(tables.map((table) => table.split("|")[1]?.trim())).toEqual([
      "upload, 1 client",
      "upload, 16 clients",
      "download, 1 client",
    ]);
  });
});

describe("observeTables", () => {
  it("divides CPU time by notifications and memory by relations", () => {
    const [table] = observeTables({ results: [OBSERVED], leftOut: [] });
    expect(lastRow(table)).toEqual([
      "coapkit",
      "1,000",
      "88",
      "3",
      "20 / 30",
      "10.0",
      "300",
      "7",
      "2,500 / 100",
      "60.0 / 70.0 / 65.0",
      "1",
      "0",
    ]);
  });

  it("says what was left out", () => {
    expect(observeTables({ results: [], leftOut: ["10000 observers: ulimit -n is 1024"] })).toEqual([
      "- Left out: 10000 observers: ulimit -n is 1024",
    ]);
  });
});
