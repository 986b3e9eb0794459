import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../native-support/session-memory.mjs", import.meta.url));

describe("worker threads", () => {
  it("have an engine each, and exit with contexts open", async () => {
    const workers = Array.from({ length: 4 }, () => new Worker(SCRIPT, { argv: ["50"], stdout: true }));
    const statuses = await Promise.all(workers.map(async (worker) => (await once(worker, "exit"))[0]));
    expect(statuses).toEqual([0, 0, 0, 0]);
  });
});
