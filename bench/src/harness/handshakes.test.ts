import { describe, expect, it } from "vitest";
import { type HandshakesMeasurement, summarizeHandshakes } from "./handshakes.js";

function measured(handshakes: number, cpuPerHandshakeUs: number, wrong: number): HandshakesMeasurement {
  return {
    server: "coapkit, coaps",
    mode: "psk",
    report: { handshakes, totalHandshakes: 9, seconds: 2, wrong, generatorCpuShare: 0.5, generatorCpuUs: 1 },
    cpuPerHandshakeUs,
    othersCpuShare: 0,
  };
}

describe("summarizeHandshakes", () => {
  it("takes medians of the rounds, and sums of what is counted", () => {
    expect(summarizeHandshakes([measured(1000, 80, 0), measured(4000, 60, 1), measured(2000, 70, 0)])).toEqual({
      server: "coapkit, coaps",
      mode: "psk",
      handshakesPerSecond: 1000,
      cpuPerHandshakeUs: 70,
      generatorCpuPerHandshakeUs: 500,
      generatorCpuShare: 0.5,
      othersCpuShare: 0,
      handshakes: 7000,
      wrong: 1,
    });
  });
});
