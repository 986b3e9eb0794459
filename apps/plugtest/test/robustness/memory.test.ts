import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import { block } from "../support/message.js";

const robustness = fixture("robustness");
const LIMIT_BYTES = 64 * 1_024 * 1_024;
const CLIENTS = 40;

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${robustness.server.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

it.runIf(process.platform === "linux")(
  "memory stays within 64 MiB of its value after warm-up",
  async () => {
    const { client } = robustness;
    for (let i = 0; i < 300; i++) await client.request("GET", "/hello");
    await client.fetch("/large");
    await client.upload("PUT", "/upload", Buffer.alloc(200_000));
    const before = await residentBytes();
    const chunk = Buffer.alloc(1_024, "m");
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => robustness.server.client()));
    await Promise.all(
      clients.map(async (each, index) => {
        for (let number = 0; number < 700; number++) {
          await each.request("PUT", "/upload", { block1: block(number, true, 1_024), payload: chunk });
        }
        for (let i = 0; i < 400; i++) {
          await each.request("GET", "/large", { query: [`${index}-${i}`] });
          await each.request("POST", "/echo", { ct: 50, payload: JSON.stringify("e".repeat(900)) });
        }
      }),
    );
    expect((await residentBytes()) - before).toBeLessThan(LIMIT_BYTES);
  },
  90_000,
);
