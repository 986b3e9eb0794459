import { setTimeout as delay } from "node:timers/promises";
import { connector } from "../wire/connector.js";
import type { LoadOptions } from "./load-options.js";
import type { LoadReport } from "./load-report.js";
import { checkContent, checkEcho } from "./reply-check.js";
import { Source } from "./source.js";
import { Tally } from "./tally.js";

const RESEND_INTERVAL_MS = 50;
/** Sources that start at a time: all at once would overflow the server's receive buffer before it has run once. */
const START_BATCH = 32;

/** Runs one closed loop: every source keeps its requests outstanding until the time is over. */
export async function runClosedLoop(options: LoadOptions): Promise<LoadReport> {
  const tally = new Tally();
  const sources = await openSources(options, tally);
  const resender = setInterval(() => {
    const nowMs = performance.now();
    for (const source of sources) source.resend(nowMs, options.timeoutMs);
  }, RESEND_INTERVAL_MS);
  await startSources(sources);
  await delay(options.warmupSeconds * 1000);
  const warmup = { answers: tally.latency.total, wrong: tally.wrong };
  tally.reset();
  const before = { ms: performance.now(), cpu: process.cpuUsage() };
  await untilDone(options, tally);
  const seconds = (performance.now() - before.ms) / 1000;
  const cpu = process.cpuUsage(before.cpu);
  for (const source of sources) source.stop();
  clearInterval(resender);
  for (const source of sources) await source.close();
  return report(tally, warmup, seconds, (cpu.user + cpu.system) / 1e6);
}

async function openSources(options: LoadOptions, tally: Tally): Promise<Source[]> {
  const check = options.echo
    ? checkEcho
    : checkContent(options.expect === undefined ? undefined : Buffer.from(options.expect));
  const connect = await connector(options);
  const sources = Array.from(
    { length: options.sources },
    (_, index) => new Source(index, { ...options, connect, check, tally }),
  );
  for (const source of sources) await source.open();
  return sources;
}

async function startSources(sources: readonly Source[]): Promise<void> {
  for (const [index, source] of sources.entries()) {
    source.start();
    if (index % START_BATCH === START_BATCH - 1) await delay(1);
  }
}

async function untilDone({ seconds, requests }: LoadOptions, tally: Tally): Promise<void> {
  if (!Number.isFinite(requests)) {
    await delay(seconds * 1000);
    return;
  }
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs && tally.latency.total < requests) await delay(1);
}

function report(
  tally: Tally,
  warmup: { readonly answers: number; readonly wrong: number },
  seconds: number,
  cpuSeconds: number,
): LoadReport {
  const { latency, lost, stale, separate } = tally;
  const { user, system } = process.cpuUsage();
  return {
    answers: latency.total,
    totalAnswers: warmup.answers + latency.total,
    seconds,
    requestsPerSecond: latency.total / seconds,
    latencyUs: {
      p50: latency.percentileUs(0.5),
      p99: latency.percentileUs(0.99),
      p999: latency.percentileUs(0.999),
      max: latency.maxUs,
    },
    lost,
    wrong: warmup.wrong + tally.wrong,
    stale,
    separate,
    generatorCpuShare: cpuSeconds / seconds,
    generatorCpuUs: user + system,
  };
}
