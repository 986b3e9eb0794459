import type { DtlsFindings } from "./dtls-section.js";
import { DTLS_SUBJECTS } from "./dtls-subjects.js";
import type { HandshakesSummary } from "./handshakes.js";
import type { SessionsResult } from "./sessions.js";
import type { Summary } from "./summary.js";
import { mebibytes, percent, renderTable, wholeNumber } from "./table.js";

const REQUESTS_HEADER = [
  "req/s",
  "ratio",
  "ratio min–max",
  "p50 / p99 µs",
  "CPU µs/req",
  "CPU ratio",
  "peak MiB",
  "lost",
  "wrong",
  "load CPU",
  "others CPU",
];

const HANDSHAKES_HEADER = [
  "handshakes/s",
  "CPU µs/handshake",
  "load CPU µs/handshake",
  "handshakes",
  "wrong",
  "load CPU",
  "others CPU",
];

const SESSIONS_HEADER = ["sessions", "resident MiB", "resident B/session", "heap B/session", "server CPU s"];

const MODE_TITLES = { psk: "pre-shared key", certificate: "certificates", none: "no DTLS" } as const;

/** The tables of the DTLS section, who took part, and what could not run. */
export function dtlsTables({ summaries, handshakes, sessions, leftOut }: DtlsFindings): readonly string[] {
  const present = DTLS_SUBJECTS.filter(({ name }) => summaries.some(({ server }) => server === name));
  const list = [...present.map(({ name, what }) => `${name}: ${what}`), ...leftOut.map((why) => `Left out: ${why}`)];
  const notes = list.map((line) => `- ${line}`).join("\n");
  if (sessions === undefined) return [notes];
  return [
    renderTable(["16x4-con, established sessions", ...REQUESTS_HEADER], summaries.map(requestsRow)),
    renderTable(["handshakes, 16 under way", ...HANDSHAKES_HEADER], handshakes.map(handshakesRow)),
    renderTable([sessions.server, ...SESSIONS_HEADER], sessionsRows(sessions)),
    sessionsLine(sessions),
    notes,
  ];
}

function requestsRow(summary: Summary): readonly string[] {
  const { ratio, latencyUs } = summary;
  return [
    summary.server,
    wholeNumber(summary.requestsPerSecond),
    ratio.median.toFixed(2),
    `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}`,
    [latencyUs.p50, latencyUs.p99].map(wholeNumber).join(" / "),
    summary.cpuPerRequestUs.toFixed(1),
    summary.cpuRatio.toFixed(2),
    mebibytes(summary.peakRssBytes),
    wholeNumber(summary.lost),
    wholeNumber(summary.wrong),
    percent(summary.generatorCpuShare),
    percent(summary.othersCpuShare),
  ];
}

function handshakesRow(summary: HandshakesSummary): readonly string[] {
  return [
    `${summary.server}, ${MODE_TITLES[summary.mode]}`,
    wholeNumber(summary.handshakesPerSecond),
    wholeNumber(summary.cpuPerHandshakeUs),
    wholeNumber(summary.generatorCpuPerHandshakeUs),
    wholeNumber(summary.handshakes),
    wholeNumber(summary.wrong),
    percent(summary.generatorCpuShare),
    percent(summary.othersCpuShare),
  ];
}

/** What the server had in use at each step, beyond what it had before, by the sessions of the run. */
function sessionsRows(result: SessionsResult): readonly (readonly string[])[] {
  const { before, established, used, after } = result;
  const steps = { before, established, "one request over each": used, "all closed": after };
  return Object.entries(steps).map(([name, { sessions, rssBytes, heapBytes, cpuUs }]) => {
    const each = (bytes: number): string => wholeNumber(bytes / result.sessions);
    return [
      name,
      wholeNumber(sessions),
      mebibytes(rssBytes),
      name === "before" ? "–" : each(rssBytes - before.rssBytes),
      name === "before" ? "–" : each(heapBytes - before.heapBytes),
      ((cpuUs - before.cpuUs) / 1e6).toFixed(1),
    ];
  });
}

function sessionsLine({
  sessions,
  openMs,
  answered,
  wrong,
  generatorCpuUs,
  generatorRssBytes,
}: SessionsResult): string {
  const opened = `${wholeNumber(sessions)} sessions opened in ${(openMs / 1000).toFixed(1)} s, both sides`;
  const load = `The load process took ${(generatorCpuUs / 1e6).toFixed(1)} s of CPU time and ${mebibytes(generatorRssBytes)} MiB`;
  return `${opened}; ${wholeNumber(answered)} answered, ${wholeNumber(wrong)} wrong. ${load}.`;
}
