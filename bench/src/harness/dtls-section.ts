import { makeCertificates } from "../security/make-certificates.js";
import type { Security } from "../security/security.js";
import { SOCKETS } from "../sessions/sessions-server.js";
import { CoapsClient } from "../wire/coaps-client.js";
import { DTLS_SUBJECTS, type DtlsSubject, PLAIN } from "./dtls-subjects.js";
import {
  type HandshakesMeasurement,
  type HandshakesSummary,
  measureHandshakes,
  summarizeHandshakes,
} from "./handshakes.js";
import type { HarnessOptions } from "./harness-options.js";
import { leastDisturbed } from "./least-disturbed.js";
import { runLoadSection } from "./load-section.js";
import type { Measurement } from "./measurement.js";
import type { Pinning } from "./pinning.js";
import { SCENARIOS } from "./scenario.js";
import { measureSessions, type SessionsResult } from "./sessions.js";
import { type Summary, summarize } from "./summary.js";

/** All that the section found. */
export interface DtlsFindings {
  readonly summaries: readonly Summary[];
  readonly measurements: readonly Measurement[];
  readonly handshakes: readonly HandshakesSummary[];
  readonly handshakeMeasurements: readonly HandshakesMeasurement[];
  readonly sessions: SessionsResult | undefined;
  /** What could not run, with the reason. */
  readonly leftOut: readonly string[];
}

const LOAD = SCENARIOS.filter(({ name }) => name === "16x4-con");
/** Source ports, each with a session with each of the server's sockets: 20,000 sessions, and files for `ulimit -n 1024`. */
const SOURCES = 800;

type Progress = (line: string) => void;

const PSK: Security = { mode: "psk", folder: undefined };

/** Why there is no DTLS here, such as without a compiler for its addon. */
async function whyUnavailable(): Promise<string | undefined> {
  const client = await CoapsClient.create(PSK);
  try {
    await (await client.open("127.0.0.1")).close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.close();
  }
}

/** Nothing but the reason. */
function withoutFindings(reason: string): DtlsFindings {
  const nothing = { summaries: [], measurements: [], handshakes: [], handshakeMeasurements: [] };
  return { ...nothing, sessions: undefined, leftOut: [reason] };
}

/** Requests over sessions, handshakes, and many sessions. @throws Error where a server or the load fails */
export async function runDtlsSection(
  options: HarnessOptions,
  pinning: Pinning,
  progress: Progress,
): Promise<DtlsFindings> {
  const reason = await whyUnavailable();
  if (reason !== undefined) return withoutFindings(reason);
  const wanted = DTLS_SUBJECTS.filter((it) => it.name === PLAIN || options.servers.some(({ name }) => name === it.of));
  const leftOut = wanted.flatMap((subject) => subject.unavailable?.() ?? []);
  const subjects = wanted.filter((subject) => subject.unavailable?.() === undefined);
  const measurements = await runLoadSection({ ...options, servers: subjects, scenarios: LOAD }, pinning, progress);
  const modes = securityModes(leftOut);
  const handshakeMeasurements = await runHandshakes(subjects, modes, options, pinning, progress);
  progress(`${SOURCES * SOCKETS} sessions of coapkit, coaps`);
  return {
    measurements,
    summaries: summarize(measurements, PLAIN),
    handshakeMeasurements,
    handshakes: summarizeAll(handshakeMeasurements),
    sessions: await measureSessions(SOURCES, pinning),
    leftOut,
  };
}

function securityModes(leftOut: string[]): readonly Security[] {
  try {
    return [PSK, { mode: "certificate", folder: makeCertificates() }];
  } catch (error) {
    leftOut.push(`handshakes with certificates: ${(error as Error).message.split("\n", 1)[0]}`);
    return [PSK];
  }
}

async function runHandshakes(
  subjects: readonly DtlsSubject[],
  modes: readonly Security[],
  { rounds, repeats, seconds, warmupSeconds }: HarnessOptions,
  pinning: Pinning,
  progress: Progress,
): Promise<readonly HandshakesMeasurement[]> {
  const secure = subjects.filter(({ name }) => name !== PLAIN);
  const found: HandshakesMeasurement[] = [];
  for (const security of modes) {
    for (let round = 1; round <= rounds; round++) {
      for (const subject of secure) {
        const times = { seconds, warmupSeconds };
        const one = await leastDisturbed(repeats, () => measureHandshakes(subject, security, times, pinning));
        found.push(one);
        const rate = Math.round(one.report.handshakes / one.report.seconds);
        progress(`handshakes by ${security.mode}, round ${round}: ${subject.name} ${rate}/s`);
      }
    }
  }
  return found;
}

function summarizeAll(measurements: readonly HandshakesMeasurement[]): readonly HandshakesSummary[] {
  const groups = new Map<string, [HandshakesMeasurement, ...HandshakesMeasurement[]]>();
  for (const one of measurements) {
    const key = `${one.mode} ${one.server}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].map(summarizeHandshakes);
}
