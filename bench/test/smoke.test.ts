import { rmSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { measureTransfers } from "../src/harness/blockwise-section.js";
import { DTLS_SUBJECTS } from "../src/harness/dtls-subjects.js";
import { measureHandshakes } from "../src/harness/handshakes.js";
import { measure } from "../src/harness/measure.js";
import { measureObservers, OBSERVE_SUBJECTS } from "../src/harness/observe-section.js";
import { findPinning } from "../src/harness/pinning.js";
import { SCENARIOS, type Scenario } from "../src/harness/scenario.js";
import { measureSessions } from "../src/harness/sessions.js";
import { makeCertificates } from "../src/security/make-certificates.js";
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
    const run = { direction, clients: 1, seconds: 0, patienceSeconds: 40 };
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

describe("DTLS, with the built servers that are installed", () => {
  const [scenario] = SCENARIOS as readonly [Scenario];
  const subjects = DTLS_SUBJECTS.filter((subject) => subject.unavailable?.() === undefined);
  const secure = subjects.filter(({ security }) => security?.mode === "psk");

  it.each(subjects)("$name answers over its sessions, and every answer is right", async (subject) => {
    const { load } = await measure(subject, scenario, 1, TIMES, findPinning());
    expect(load.answers).toBeGreaterThan(0);
    expect(load.wrong).toBe(0);
  });

  it.each(secure)("$name makes one session after the other, each mode by itself", async (subject) => {
    const folder = makeCertificates();
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const mode of ["psk", "certificate"] as const) {
      const times = { seconds: 0.5, warmupSeconds: 0 };
      const { report, cpuPerHandshakeUs } = await measureHandshakes(subject, { mode, folder }, times, findPinning());
      expect(report.totalHandshakes).toBeGreaterThanOrEqual(16);
      expect(report.wrong).toBe(0);
      expect(cpuPerHandshakeUs).toBeGreaterThan(0);
    }
  });

  it("coapkit has as many sessions as were opened, and none after they were closed", async () => {
    const result = await measureSessions(2, findPinning());
    expect(result).toMatchObject({ sessions: 50, answered: 50, wrong: 0 });
    const { before, established, used, after } = result;
    expect([before, established, used, after].map(({ sessions }) => sessions)).toEqual([0, 50, 50, 0]);
  });
});
