import type { ServerEntry } from "../servers/server-list.js";
import { DIRECTIONS, type Direction, type TransferOptions } from "../transfer/transfer-options.js";
import type { TransferReport } from "../transfer/transfer-report.js";
import { runProgram } from "./child-process.js";
import type { Pinning } from "./pinning.js";
import { ServerProcess } from "./server-process.js";

/** Block-wise transfers of one server in one direction. */
export interface BlockwiseResult extends TransferReport {
  readonly server: string;
  readonly direction: Direction;
  readonly clients: number;
  /** Processor time of the server while it listened, in microseconds. */
  readonly serverCpuUs: number;
  readonly peakRssBytes: number;
}

/** Who has the image; a raw echo has none, and waiting in the handler of another resource changes nothing. */
const WITH_IMAGE = ["endpoint", "coapkit", "npm-coap", "libcoap"];
const CLIENTS = [1, 16];
const SECONDS = 1.5;
/** Beyond them; then a transfer is given up. */
const PATIENCE_SECONDS = 6;

/** Uploads to and downloads from each server that can, by one client and by many. */
export async function runBlockwiseSection(
  servers: readonly ServerEntry[],
  pinning: Pinning,
  progress: (line: string) => void,
): Promise<readonly BlockwiseResult[]> {
  const found: BlockwiseResult[] = [];
  for (const direction of DIRECTIONS) {
    for (const clients of CLIENTS) {
      for (const server of servers.filter(({ name }) => WITH_IMAGE.includes(name))) {
        const result = await measureTransfers(
          server,
          { direction, clients, seconds: SECONDS, patienceSeconds: PATIENCE_SECONDS },
          pinning,
        );
        found.push(result);
        progress(`${direction} by ${clients}: ${server.name} ${Math.round(result.blocks / result.seconds)} blocks/s`);
      }
    }
  }
  return found;
}

/** One server, started with the image, under transfers. @throws Error where server or client fail */
export async function measureTransfers(
  server: ServerEntry,
  run: Omit<TransferOptions, "host" | "port">,
  { cores }: Pinning,
): Promise<BlockwiseResult> {
  const { direction, clients, seconds, patienceSeconds } = run;
  const running = await ServerProcess.start({ ...server, args: [...server.args, "--image"] }, cores?.server);
  const where = ["--port", String(running.port), "--direction", direction];
  const how = ["--clients", String(clients), "--seconds", String(seconds)];
  const patience = ["--patience-seconds", String(patienceSeconds)];
  const report = await runProgram<TransferReport>("transfer/main", [...where, ...how, ...patience], cores?.load);
  const { cpuUs, peakRssBytes } = await running.stop();
  return { server: server.name, direction, clients, ...report, serverCpuUs: cpuUs, peakRssBytes };
}
