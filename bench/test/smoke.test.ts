import { describe, expect, it } from "vitest";
import { measure } from "../src/harness/measure.js";
import { findPinning } from "../src/harness/pinning.js";
import { SCENARIOS, type Scenario } from "../src/harness/scenario.js";
import { SERVERS, type ServerEntry } from "../src/servers/server-list.js";

const TIMES = { seconds: 1, warmupSeconds: 0.2 };

function server(name: string): ServerEntry {
  return SERVERS.find((entry) => entry.name === name) as ServerEntry;
}

describe("a run of one second against the built servers", () => {
  const [scenario] = SCENARIOS as readonly [Scenario];

  it.each(["raw-echo", "coapkit", "coapkit-async", "npm-coap"])(
    "%s answers, and every answer is right",
    async (name) => {
      const { load, peakRssBytes } = await measure(server(name), scenario, 1, TIMES, findPinning());
      expect(load.answers).toBeGreaterThan(0);
      expect(load.wrong).toBe(0);
      expect(peakRssBytes).toBeGreaterThan(0);
    },
  );

  it("counts every answer as wrong where the server does not do what it is asked for", async () => {
    const echoTakenForCoap = { ...server("raw-echo"), isEcho: false };
    await expect(measure(echoTakenForCoap, scenario, 1, TIMES, findPinning())).rejects.toThrow(
      "raw-echo answered nothing under 16x4-con.",
    );
  });

  it("says why a server does not come up", async () => {
    const misnamed = { ...server("raw-echo"), args: ["--no-such-option"] };
    await expect(measure(misnamed, scenario, 1, TIMES, findPinning())).rejects.toThrow(
      "raw-echo ended with exit code 2 before it listened.",
    );
  });
});
