import { once } from "node:events";
import { runProgram } from "../harness/child-process.js";
import type { Pinning } from "../harness/pinning.js";
import type { LoadReport } from "../load/load-report.js";
import { encodeRequest, MessageType } from "../load/message.js";
import { askUntilAnswered } from "../servers/ask.js";
import { rssOf } from "../servers/process-usage.js";
import { DEMO_FILE, HOST, startServer } from "./demo.js";

/** Resident set of the demo after a number of requests. */
export interface MemoryAfter {
  readonly requests: number;
  /** In bytes; `undefined` where the system does not say. */
  readonly rssBytes: number | undefined;
  readonly wrong: number;
}

const PATH = "/sensors/kitchen-temperature";
const STEPS = [10_000, 100_000];
const TIMEOUT_MS = 20_000;

/** Starts the demo, asks it for a sensor over and over, and looks at its memory after the first answer and at each step. */
export async function measureMemoryAfter({ cores }: Pinning): Promise<readonly MemoryAfter[]> {
  const { process: demo, port } = await startServer(DEMO_FILE, cores?.server);
  const ended = once(demo, "exit");
  await askUntilAnswered(encodeRequest(MessageType.CON, PATH), { host: HOST, port }, TIMEOUT_MS);
  const pid = demo.pid as number;
  const found: MemoryAfter[] = [{ requests: 1, rssBytes: rssOf(pid), wrong: 0 }];
  let asked = 0;
  for (const step of STEPS) {
    const load = await runProgram<LoadReport>("load/main", loadArguments(port, step - asked), cores?.load);
    asked += load.totalAnswers;
    found.push({ requests: asked, rssBytes: rssOf(pid), wrong: load.wrong });
  }
  demo.kill("SIGTERM");
  await ended;
  return found;
}

function loadArguments(port: number, requests: number): readonly string[] {
  const run = ["--requests", String(requests), "--seconds", "120", "--warmup-seconds", "0"];
  return ["--port", String(port), "--path", PATH, ...run];
}
