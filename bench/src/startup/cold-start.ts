import { once } from "node:events";
import { programFile } from "../harness/child-process.js";
import { median } from "../harness/statistics.js";
import { encodeRequest, MessageType } from "../load/message.js";
import { askUntilAnswered } from "../servers/ask.js";
import { DEMO_FILE, HOST, startServer } from "./demo.js";

/** Time from the start of a process to its first answer. */
export interface ColdStart {
  readonly name: string;
  readonly runs: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

const RUNS = 11;
const TIMEOUT_MS = 20_000;

/** Starts the demo again and again, and the raw echo beside it: what Node alone needs. */
export async function measureColdStarts(core: number | undefined): Promise<readonly ColdStart[]> {
  const servers = [
    { name: "demo, GET /hello", file: DEMO_FILE, timesMs: [] as number[] },
    { name: "raw echo (Node and a socket)", file: programFile("servers/raw-echo"), timesMs: [] as number[] },
  ];
  for (let run = 0; run < RUNS; run++) {
    for (const { file, timesMs } of servers) timesMs.push(await coldStartMs(file, core));
  }
  return servers.map(({ name, timesMs }) => ({
    name,
    runs: RUNS,
    medianMs: median(timesMs),
    minMs: Math.min(...timesMs),
    maxMs: Math.max(...timesMs),
  }));
}

async function coldStartMs(file: string, core: number | undefined): Promise<number> {
  const { process: server, port, startedMs } = await startServer(file, core);
  const ended = once(server, "exit");
  await askUntilAnswered(encodeRequest(MessageType.CON, "/hello"), { host: HOST, port }, TIMEOUT_MS);
  const elapsedMs = performance.now() - startedMs;
  server.kill("SIGTERM");
  await ended;
  return elapsedMs;
}
