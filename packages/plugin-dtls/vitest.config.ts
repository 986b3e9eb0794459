import { defineConfig } from "vitest/config";

/** Time enough for a machine that does other things, too: no test waits for it to pass. */
const timeoutMs = 60_000;

export default defineConfig({ test: { include: ["src/**/*.test.ts", "test/**/*.test.ts"], testTimeout: timeoutMs, hookTimeout: timeoutMs } });
