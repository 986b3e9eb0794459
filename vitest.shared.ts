/** Time enough for a machine that does other things, too: no test waits for it to pass. In milliseconds. */
const TIMEOUT_MS = 60_000;

/** How every package is tested. */
export const tests = {
  include: ["src/**/*.test.ts", "test/**/*.test.ts"],
  testTimeout: TIMEOUT_MS,
  hookTimeout: TIMEOUT_MS,
};
