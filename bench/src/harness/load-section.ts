import type { HarnessOptions } from "./harness-options.js";
import { leastDisturbed } from "./least-disturbed.js";
import { measure } from "./measure.js";
import type { Measurement } from "./measurement.js";
import type { Pinning } from "./pinning.js";

/**
 * Runs every scenario round by round, every server once in each round, so that what drifts on the machine meets all alike.
 * @param progress told one line per measurement
 */
export async function runLoadSection(
  { servers, scenarios, rounds, repeats, seconds, warmupSeconds }: HarnessOptions,
  pinning: Pinning,
  progress: (line: string) => void,
): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const scenario of scenarios) {
    for (let round = 1; round <= rounds; round++) {
      for (const server of servers) {
        const times = { seconds, warmupSeconds };
        const measured = await leastDisturbed(repeats, () => measure(server, scenario, round, times, pinning));
        measurements.push(measured);
        progress(
          `${scenario.name} round ${round}: ${server.name} ${Math.round(measured.load.requestsPerSecond)} req/s`,
        );
      }
    }
  }
  return measurements;
}
