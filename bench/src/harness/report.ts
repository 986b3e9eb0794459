import type { MicroResult } from "../micro/timing.js";
import { SERVERS } from "../servers/server-list.js";
import type { ColdStart } from "../startup/cold-start.js";
import type { MemoryAfter } from "../startup/memory-after.js";
import { dtlsTables } from "./dtls-tables.js";
import type { Machine } from "./machine.js";
import type { MicroGroup, Results } from "./results.js";
import type { SoakResult } from "./soak.js";
import type { Summary } from "./summary.js";
import { mebibytes, percent, renderTable, wholeNumber } from "./table.js";
import { blockwiseTables, observeTables } from "./transfer-tables.js";

const MICRO_TITLES: Readonly<Record<MicroGroup, string>> = {
  codec: "option codec",
  router: "routing, kernel with a text handler",
  kernel: "kernel, by stage",
  inject: "inject(), by stage",
  datagram: "datagram in, datagram out, no socket",
};

/** The tables of a run by the name of their block in `docs/performance.md`. */
export function reportBlocks({ machine, pinning, skipped, ...found }: Results): ReadonlyMap<string, string> {
  const origin = originLine(machine);
  const blocks = new Map<string, string>();
  const add = (name: string, ...parts: string[]): void => void blocks.set(name, parts.join("\n\n"));
  const { summaries, blockwise, observe, dtls, soak, coldStarts, memoryAfter, micro } = found;
  if (coldStarts !== undefined) add("cold-start", coldStartTable(coldStarts), origin);
  if (memoryAfter !== undefined) add("memory", memoryTable(memoryAfter), origin);
  if (micro !== undefined) {
    for (const group of ["inject", "kernel", "router", "codec", "datagram"] as const) {
      add(group, microTable(MICRO_TITLES[group], micro[group]), origin);
    }
  }
  if (summaries !== undefined) {
    const note = `${origin} ${[`Pinning: ${pinning}`, ...skipped.map((why) => `Left out: ${why}`)].join(". ")}.`;
    add("load", ...loadTables(summaries), serverList(summaries), note);
  }
  if (blockwise !== undefined) add("blockwise", ...blockwiseTables(blockwise), origin);
  if (observe !== undefined) add("observe", ...observeTables(observe), origin);
  if (dtls !== undefined) add("dtls", ...dtlsTables(dtls), origin);
  if (soak !== undefined) add("soak", soakTable(soak), origin);
  return blocks;
}

/** Above this share of one processor, what else runs on the machine may show in the figures. */
const QUIET_SHARE = 0.06;

function originLine({ cpu, processors, memoryBytes, kernel, node, startedAt, busyBefore }: Machine): string {
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`;
  const quiet =
    busyBefore <= QUIET_SHARE
      ? "The machine was idle before the run."
      : `Other processes used ${percent(busyBefore)} of a processor before the run: trust ratios and least values.`;
  return `${startedAt.slice(0, 10)}, Node ${node.slice(1)}, ${processors} × ${cpu}, ${memory}, ${kernel}. ${quiet}`;
}

function loadTables(summaries: readonly Summary[]): readonly string[] {
  const scenarios = [...new Set(summaries.map(({ scenario }) => scenario))];
  return scenarios.map((scenario) => {
    const rows = summaries.filter((summary) => summary.scenario === scenario).map(loadRow);
    return renderTable([scenario, ...LOAD_HEADER], rows);
  });
}

const LOAD_HEADER = [
  "req/s",
  "ratio",
  "ratio min–max",
  "p50 / p99 / p99.9 µs",
  "CPU µs/req",
  "CPU ratio",
  "peak MiB",
  "lost",
  "wrong",
  "load CPU",
  "others CPU",
];

function loadRow(summary: Summary): readonly string[] {
  const { ratio, latencyUs, cpuPerRequestUs, cpuRatio } = summary;
  return [
    summary.server,
    wholeNumber(summary.requestsPerSecond),
    ratio.median.toFixed(2),
    `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}`,
    [latencyUs.p50, latencyUs.p99, latencyUs.p999].map(wholeNumber).join(" / "),
    cpuPerRequestUs.toFixed(1),
    cpuRatio.toFixed(2),
    mebibytes(summary.peakRssBytes),
    wholeNumber(summary.lost),
    wholeNumber(summary.wrong),
    percent(summary.generatorCpuShare),
    percent(summary.othersCpuShare),
  ];
}

function serverList(summaries: readonly Summary[]): string {
  const present = SERVERS.filter(({ name }) => summaries.some(({ server }) => server === name));
  return present.map(({ name, what }) => `- ${name}: ${what}`).join("\n");
}

function soakTable(results: readonly SoakResult[]): string {
  const seconds = results[0]?.seconds ?? 0;
  const rows = results.map((result) => [
    result.server,
    wholeNumber(result.requestsPerSecond),
    mebibytes(result.rssAt10SecondsBytes),
    mebibytes(result.rssAtEndBytes),
    wholeNumber(result.lost),
    wholeNumber(result.wrong),
  ]);
  return renderTable(["soak, 16x4-con", "req/s", "MiB at 10 s", `MiB at ${seconds} s`, "lost", "wrong"], rows);
}

function coldStartTable(coldStarts: readonly ColdStart[]): string {
  const rows = coldStarts.map(({ name, runs, medianMs, minMs, maxMs }) => [
    name,
    medianMs.toFixed(0),
    `${minMs.toFixed(0)}–${maxMs.toFixed(0)}`,
    String(runs),
  ]);
  return renderTable(["process start to first answer", "median ms", "min–max", "runs"], rows);
}

function memoryTable(found: readonly MemoryAfter[]): string {
  const rows = found.map(({ requests, rssBytes, wrong }) => [
    wholeNumber(requests),
    mebibytes(rssBytes),
    String(wrong),
  ]);
  return renderTable(["answered requests", "resident MiB", "wrong"], rows);
}

function microTable(title: string, results: readonly MicroResult[]): string {
  const rows = results.map(({ name, medianNs, minNs }) => [name, wholeNumber(medianNs), wholeNumber(minNs)]);
  return renderTable([title, "median ns", "least ns"], rows);
}
