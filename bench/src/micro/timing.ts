import { median } from "../harness/statistics.js";

/** Something whose time is taken: `run` does it once, at once or with a promise. */
export interface MicroCase {
  readonly name: string;
  readonly run: () => unknown;
  readonly isAsync: boolean;
}

/** What one case costs. */
export interface MicroResult {
  readonly name: string;
  /** Nanoseconds per call, median of all samples. */
  readonly medianNs: number;
  /** The least of all samples. */
  readonly minNs: number;
}

/** How long cases are run. */
export interface TimingOptions {
  readonly warmupMs: number;
  readonly sampleMs: number;
  readonly samples: number;
}

/** Takes about 0.8 s per case. */
export const TIMING: TimingOptions = { warmupMs: 300, sampleMs: 20, samples: 25 };

/** Keeps results alive, so that no call can be left out. */
export const sink: { last: unknown } = { last: undefined };

/** Times cases against each other: after a warm-up of each, one sample of each in turn, so that all see the same machine. */
export async function timeCases(cases: readonly MicroCase[], options = TIMING): Promise<readonly MicroResult[]> {
  const runs = [];
  for (const one of cases) runs.push({ one, calls: await warmUp(one, options), samplesNs: [] as number[] });
  for (let sample = 0; sample < options.samples; sample++) {
    for (const { one, calls, samplesNs } of runs) samplesNs.push((await elapsedMs(one, calls)) * (1e6 / calls));
  }
  return runs.map(({ one, samplesNs }) => ({
    name: one.name,
    medianNs: median(samplesNs),
    minNs: Math.min(...samplesNs),
  }));
}

/** Runs a case for a while. @returns how many calls make a sample */
async function warmUp(one: MicroCase, { warmupMs, sampleMs }: TimingOptions): Promise<number> {
  const endMs = performance.now() + warmupMs;
  let calls = 8;
  for (;;) {
    const tookMs = await elapsedMs(one, calls);
    if (tookMs < sampleMs / 2) calls *= 2;
    else if (performance.now() >= endMs) return Math.max(1, Math.round((calls * sampleMs) / tookMs));
  }
}

async function elapsedMs({ run, isAsync }: MicroCase, calls: number): Promise<number> {
  const startMs = performance.now();
  if (isAsync) await callAsync(run, calls);
  else callSync(run, calls);
  return performance.now() - startMs;
}

function callSync(run: () => unknown, calls: number): void {
  for (let call = 0; call < calls; call++) sink.last = run();
}

async function callAsync(run: () => unknown, calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) sink.last = await run();
}
