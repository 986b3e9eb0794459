import { describe, expect, it } from "vitest";
import { measureTransfers } from "../src/harness/blockwise-section.js";
import { measure } from "../src/harness/measure.js";
import { measureObservers, OBSERVE_SUBJECTS } from "../src/harness/observe-section.js";
import { findPinning } from "../src/harness/pinning.js";
import { SCENARIOS, type Scenario } from "../src/harness/scenario.js";
import { SERVERS, type ServerEntry } from "../src/servers/server-list.js";
import { DIRECTIONS } from "../src/transfer/transfer-options.js";

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

describe("one image each way, against the built servers", () => {
  const ways = ["endpoint", "coapkit", "npm-coap"].flatMap((name) => DIRECTIONS.map((way) => [name, way] as const));

  it.each(ways)("%s takes part in the %s, and every block is right", async (name, direction) => {
    const run = { direction, clients: 1, seconds: 0 };
    const result = await measureTransfers(server(name), run, findPinning());
    expect(result).toMatchObject({ bodies: 1, blocks: 1024, wrong: 0 });
    expect(result.serverCpuUs).toBeGreaterThan(0);
  });
});

describe("twenty observers of the built servers", () => {
  it.each(OBSERVE_SUBJECTS)("$name tells them all, and nobody who has left", async (subject) => {
    const result = await measureObservers(subject, 20, findPinning());
    expect(result).toMatchObject({ registered: 20, lost: 0, wrong: 0 });
    expect(result.changesMs).toHaveLength(100);
    expect(result.notifications).toBe(2_000);
  });
});
