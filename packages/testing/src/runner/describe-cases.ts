import type { ContractCase } from "./contract-case.js";

/** What a test runner must offer: vitest, `node:test`, jest and mocha all do. */
export interface TestRunner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>): unknown;
}

/**
 * Hands cases to a test runner, one test for each.
 * @example
 * import { describe, it } from "node:test";
 * describeCases("the CSV format", formatContract(csv, { samples }), { describe, it });
 */
export function describeCases(title: string, cases: readonly ContractCase[], runner: TestRunner): void {
  runner.describe(title, () => {
    for (const contractCase of cases) {
      runner.it(contractCase.title, async () => {
        await contractCase.run();
      });
    }
  });
}
