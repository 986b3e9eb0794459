import { ExchangeSocket } from "../wire/exchange-socket.js";
import { download, upload } from "./block-client.js";
import { IMAGE_PATH, image } from "./image.js";
import type { TransferOptions } from "./transfer-options.js";
import type { TransferReport } from "./transfer-report.js";

interface Tally {
  bodies: number;
  blocks: number;
  wrong: number;
}

/** Has every client transfer the image over and over, at least once where the server is fast enough, until time is over. */
export async function runTransfers(options: TransferOptions): Promise<TransferReport> {
  const sockets = Array.from({ length: options.clients }, () => new ExchangeSocket());
  for (const socket of sockets) await socket.open(options);
  const tally: Tally = { bodies: 0, blocks: 0, wrong: 0 };
  image(); // made before the clock starts
  const startMs = performance.now();
  await Promise.all(sockets.map((socket) => transferUntil(startMs + options.seconds * 1000, socket, options, tally)));
  const seconds = (performance.now() - startMs) / 1000;
  for (const socket of sockets) socket.close();
  return {
    ...tally,
    seconds,
    resent: sockets.reduce((total, { resent }) => total + resent, 0),
    wrong: sockets.reduce((total, { malformed }) => total + malformed, tally.wrong),
  };
}

async function transferUntil(
  endMs: number,
  socket: ExchangeSocket,
  { direction, patienceSeconds }: TransferOptions,
  tally: Tally,
): Promise<void> {
  const transfer = direction === "upload" ? upload : download;
  const isOver = () => performance.now() > endMs + patienceSeconds * 1000;
  let token = 0;
  do {
    const result = await transfer(socket, { path: IMAGE_PATH, body: image(), token: ++token, isOver });
    tally.blocks += result.blocks;
    tally.wrong += result.wrong;
    if (!result.isWhole) return;
    tally.bodies++;
  } while (performance.now() < endMs);
}
