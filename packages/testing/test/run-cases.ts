import type { ContractCase } from "../src/runner/contract-case.js";

/** Runs all cases one by one. @returns the message of each that failed, by title */
export async function failuresOf(cases: readonly ContractCase[]): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  for (const { title, run } of cases) {
    try {
      await run();
    } catch (error) {
      failures.set(title, error instanceof Error ? error.message : String(error));
    }
  }
  return failures;
}
