import type { ContractCase } from "../runner/contract-case.js";
import { describeCases, type TestRunner } from "../runner/describe-cases.js";
import { type BenchCase, exchangeCases } from "./exchange-cases.js";
import { LIFECYCLE_CASES } from "./lifecycle-cases.js";
import { TransportBench } from "./transport-bench.js";
import type { TransportContractOptions, TransportSubject } from "./transport-subject.js";

const DEFAULT_DEADLINE_MS = 2_000;
/** Message size where the path MTU is not known. RFC 7252 §4.6. */
const MAX_MESSAGE_BYTES = 1_152;

/**
 * What every datagram transport has to keep to.
 * @param makeSubject makes transports that reach each other, without loss, anew for each case
 * @example transportContract(() => ({ host: "127.0.0.1", make: (port) => udpTransport({ host: "127.0.0.1", port }) }))
 */
export function transportContract(
  makeSubject: () => TransportSubject,
  options: TransportContractOptions = {},
): readonly ContractCase[] {
  const { deadlineMs = DEFAULT_DEADLINE_MS, maxDatagramBytes = MAX_MESSAGE_BYTES } = options;
  const toCase = ([title, check]: BenchCase): ContractCase => ({
    title,
    run: async () => {
      const bench = new TransportBench(makeSubject(), deadlineMs);
      try {
        await check(bench);
      } finally {
        await bench.close();
      }
    },
  });
  return [...LIFECYCLE_CASES, ...exchangeCases(maxDatagramBytes)].map(toCase);
}

/**
 * {@link transportContract} as tests of a runner.
 * @example describeTransportContract({ describe, it }, "udpTransport", () => subject);
 */
export function describeTransportContract(
  runner: TestRunner,
  title: string,
  makeSubject: () => TransportSubject,
  options: TransportContractOptions = {},
): void {
  describeCases(`${title} keeps the transport contract`, transportContract(makeSubject, options), runner);
}
