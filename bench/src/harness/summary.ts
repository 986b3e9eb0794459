import { REFERENCE } from "../servers/server-list.js";
import type { Measurement } from "./measurement.js";
import { median, sum } from "./statistics.js";

/** One server under one scenario, over all rounds. */
export interface Summary {
  readonly scenario: string;
  readonly server: string;
  /** Median. */
  readonly requestsPerSecond: number;
  /** Median, least and greatest of the rounds' ratios to the reference in the same round. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number };
  /** Medians of the rounds' percentiles. */
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly p999: number };
  /** Median. */
  readonly cpuPerRequestUs: number;
  /** Median of the rounds' ratios to the reference's processor time per request. */
  readonly cpuRatio: number;
  /** Greatest. */
  readonly peakRssBytes: number;
  /** Sums. */
  readonly answers: number;
  readonly lost: number;
  readonly wrong: number;
  /** Medians, as shares of one processor. */
  readonly generatorCpuShare: number;
  readonly othersCpuShare: number;
}

/** Finds what a measurement is compared with. */
type FindReference = (measurement: Measurement) => Measurement;

/**
 * Sums measurements up, one summary for each scenario and server, in the order of their first measurement.
 * @param reference the server that all are compared with
 */
export function summarize(measurements: readonly Measurement[], reference = REFERENCE): readonly Summary[] {
  const keyOf = ({ scenario, server }: Measurement): string => `${scenario} ${server}`;
  const referenceOf: FindReference = ({ scenario, round }) => {
    const isIt = (one: Measurement): boolean =>
      one.server === reference && one.scenario === scenario && one.round === round;
    const found = measurements.find(isIt);
    if (found === undefined) throw new Error(`Round ${round} of ${scenario} has no ${reference} to compare with.`);
    return found;
  };
  return [...new Set(measurements.map(keyOf))].map((key) =>
    summarizeOne(
      measurements.filter((one) => keyOf(one) === key),
      referenceOf,
    ),
  );
}

function summarizeOne(group: readonly Measurement[], referenceOf: FindReference): Summary {
  const { scenario, server } = group[0] as Measurement;
  const ratios = group.map((one) => one.load.requestsPerSecond / referenceOf(one).load.requestsPerSecond);
  const medianOf = (value: (one: Measurement) => number): number => median(group.map(value));
  return {
    scenario,
    server,
    requestsPerSecond: medianOf(({ load }) => load.requestsPerSecond),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    latencyUs: {
      p50: medianOf(({ load }) => load.latencyUs.p50),
      p99: medianOf(({ load }) => load.latencyUs.p99),
      p999: medianOf(({ load }) => load.latencyUs.p999),
    },
    cpuPerRequestUs: medianOf(({ cpuPerRequestUs }) => cpuPerRequestUs),
    cpuRatio: medianOf((one) => one.cpuPerRequestUs / referenceOf(one).cpuPerRequestUs),
    peakRssBytes: Math.max(...group.map(({ peakRssBytes }) => peakRssBytes)),
    answers: sum(group.map(({ load }) => load.answers)),
    lost: sum(group.map(({ load }) => load.lost)),
    wrong: sum(group.map(({ load }) => load.wrong)),
    generatorCpuShare: medianOf(({ load }) => load.generatorCpuShare),
    othersCpuShare: medianOf(({ othersCpuShare }) => othersCpuShare),
  };
}
