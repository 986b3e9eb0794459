import { describe, expect, it } from "vitest";
import type { DtlsFindings } from "./dtls-section.js";
import { dtlsTables } from "./dtls-tables.js";

const MIB = 2 ** 20;

function level(sessions: number, rssMib: number, heapBytes: number, cpuUs: number) {
  return { sessions, rssBytes: rssMib * MIB, heapBytes, cpuUs, cpuAfterUs: cpuUs };
}

const FOUND: DtlsFindings = {
  summaries: [],
  measurements: [],
  handshakeMeasurements: [],
  handshakes: [
    {
      server: "libcoap, coaps",
      mode: "certificate",
      handshakesPerSecond: 1234,
      cpuPerHandshakeUs: 600,
      generatorCpuPerHandshakeUs: 700,
      generatorCpuShare: 0.86,
      othersCpuShare: 0.01,
      handshakes: 3702,
      wrong: 0,
    },
  ],
  sessions: {
    server: "coapkit, pre-shared key",
    sessions: 20_000,
    openMs: 7000,
    answered: 19_999,
    wrong: 1,
    before: level(0, 100, 1000, 1e6),
    established: level(20_000, 120, 10_001_000, 4e6),
    used: level(20_000, 140, 12_001_000, 5e6),
    after: level(0, 130, 1000, 6e6),
    generatorRssBytes: 400 * MIB,
    generatorCpuUs: 6e6,
  },
  leftOut: ["coap-server-openssl is not installed"],
};

/** The lines of a table as cells. */
function rows(table: string | undefined): readonly (readonly string[])[] {
  const lines = table?.split("\n").slice(2) ?? [];
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("dtlsTables", () => {
  const [, handshakes, sessions, line, list] = dtlsTables(FOUND);

  it("names server and mode of the handshakes", () => {
    expect(rows(handshakes)).toEqual([
      ["libcoap, coaps, certificates", "1,234", "600", "700", "3,702", "0", "86 %", "1 %"],
    ]);
  });

  it("divides what there is more than before by the sessions", () => {
    expect(rows(sessions)).toEqual([
      ["before", "0", "100.0", "–", "–", "0.0"],
      ["established", "20,000", "120.0", "1,049", "500", "3.0"],
      ["one request over each", "20,000", "140.0", "2,097", "600", "4.0"],
      ["all closed", "0", "130.0", "1,573", "0", "5.0"],
    ]);
  });

  it("has nothing but the reason where there is no DTLS", () => {
    const leftOut = ["The DTLS addon did not load."];
    expect(dtlsTables({ ...FOUND, summaries: [], handshakes: [], sessions: undefined, leftOut })).toEqual([
      "- Left out: The DTLS addon did not load.",
    ]);
  });

  it("says what the load has seen, and what was left out", () => {
    expect(line).toBe(
      "20,000 sessions opened in 7.0 s, both sides; 19,999 answered, 1 wrong. The load process took 6.0 s of CPU time and 400.0 MiB.",
    );
    expect(list).toBe("- Left out: coap-server-openssl is not installed");
  });
});
