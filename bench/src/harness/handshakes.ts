import type { HandshakesReport } from "../handshakes/handshakes-report.js";
import { type Security, type SecurityMode, securityArguments } from "../security/security.js";
import type { ServerEntry } from "../servers/server-list.js";
import type { MeasureTimes } from "./measure.js";
import type { Pinning } from "./pinning.js";
import { median } from "./statistics.js";
import { underLoad } from "./under-load.js";

/** Handshakes with one server, once. */
export interface HandshakesMeasurement {
  readonly server: string;
  readonly mode: SecurityMode;
  readonly report: HandshakesReport;
  /** Processor time of the server per handshake and its close_notify, warm-up included, in microseconds. */
  readonly cpuPerHandshakeUs: number;
  readonly othersCpuShare: number;
}

/** Handshakes with one server, over all rounds; medians but for the sums. */
export interface HandshakesSummary {
  readonly server: string;
  readonly mode: SecurityMode;
  readonly handshakesPerSecond: number;
  readonly cpuPerHandshakeUs: number;
  /** Of the load process, per handshake. */
  readonly generatorCpuPerHandshakeUs: number;
  readonly generatorCpuShare: number;
  readonly othersCpuShare: number;
  /** Sum. */
  readonly handshakes: number;
  /** Sum. */
  readonly wrong: number;
}

/** Starts a server, lets clients make sessions and end them, stops it. @throws Error where a handshake fails */
export async function measureHandshakes(
  server: ServerEntry,
  security: Security,
  { seconds, warmupSeconds }: MeasureTimes,
  pinning: Pinning,
): Promise<HandshakesMeasurement> {
  const times = ["--seconds", String(seconds), "--warmup-seconds", String(warmupSeconds)];
  const load = {
    file: "handshakes/main",
    arguments: (port: number) => ["--port", String(port), ...times, ...securityArguments(security)],
  };
  const { report, used, othersCpuShare } = await underLoad<HandshakesReport>({ ...server, security }, load, pinning);
  const cpuPerHandshakeUs = used.cpuUs / report.totalHandshakes;
  return { server: server.name, mode: security.mode, report, cpuPerHandshakeUs, othersCpuShare };
}

/** Sums up what was measured of one server in one mode. */
export function summarizeHandshakes(group: readonly [HandshakesMeasurement, ...HandshakesMeasurement[]]) {
  const [{ server, mode }] = group;
  const medianOf = (value: (one: HandshakesMeasurement) => number): number => median(group.map(value));
  const sumOf = (value: (one: HandshakesReport) => number): number =>
    group.reduce((total, { report }) => total + value(report), 0);
  const summary: HandshakesSummary = {
    server,
    mode,
    handshakesPerSecond: medianOf(({ report }) => report.handshakes / report.seconds),
    cpuPerHandshakeUs: medianOf(({ cpuPerHandshakeUs }) => cpuPerHandshakeUs),
    generatorCpuPerHandshakeUs: medianOf(
      ({ report }) => (report.generatorCpuShare * report.seconds * 1e6) / Math.max(1, report.handshakes),
    ),
    generatorCpuShare: medianOf(({ report }) => report.generatorCpuShare),
    othersCpuShare: medianOf(({ othersCpuShare }) => othersCpuShare),
    handshakes: sumOf(({ handshakes }) => handshakes),
    wrong: sumOf(({ wrong }) => wrong),
  };
  return summary;
}
