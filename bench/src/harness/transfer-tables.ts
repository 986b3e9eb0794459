import { BLOCK_BYTES } from "../transfer/block-client.js";
import { IMAGE_BYTES } from "../transfer/image.js";
import type { BlockwiseResult } from "./blockwise-section.js";
import type { ObserveFindings, ObserveResult } from "./observe-section.js";
import { median } from "./statistics.js";
import { mebibytes, renderTable, wholeNumber } from "./table.js";

const BLOCKS_PER_MIB = IMAGE_BYTES / BLOCK_BYTES;
const BLOCKWISE_HEADER = ["MiB/s", "blocks/s", "CPU ms/MiB", "peak MiB", "bodies", "resent", "wrong"];

/** A table of the block-wise transfers for each direction and number of clients. */
export function blockwiseTables(results: readonly BlockwiseResult[]): readonly string[] {
  const titles = [...new Set(results.map(titleOf))];
  return titles.map((title) =>
    renderTable([title, ...BLOCKWISE_HEADER], results.filter((result) => titleOf(result) === title).map(blockwiseRow)),
  );
}

function titleOf({ direction, clients }: BlockwiseResult): string {
  return `${direction}, ${clients} ${clients === 1 ? "client" : "clients"}`;
}

function blockwiseRow(result: BlockwiseResult): readonly string[] {
  const { server, blocks, seconds, serverCpuUs, peakRssBytes, bodies, resent, wrong } = result;
  const mebibytesMoved = blocks / BLOCKS_PER_MIB;
  return [
    server,
    (mebibytesMoved / seconds).toFixed(1),
    wholeNumber(blocks / seconds),
    (serverCpuUs / 1000 / mebibytesMoved).toFixed(1),
    mebibytes(peakRssBytes),
    ...[bodies, resent, wrong].map(wholeNumber),
  ];
}

const OBSERVE_HEADER = [
  "registered",
  "in ms",
  "changes",
  "ms to all, median / max",
  "CPU µs/notification",
  "CON",
  "repeated",
  "heap B/relation, with all / after",
  "MiB before / with all / after",
  "lost",
  "wrong",
];

/** A table for each number of observers, and what could not run. */
export function observeTables({ results, leftOut }: ObserveFindings): readonly string[] {
  const sizes = [...new Set(results.map(({ observers }) => observers))];
  const tables = sizes.map((size) =>
    renderTable(
      [`${wholeNumber(size)} observers`, ...OBSERVE_HEADER],
      results.filter(({ observers }) => observers === size).map(observeRow),
    ),
  );
  return leftOut.length === 0 ? tables : [...tables, leftOut.map((why) => `- Left out: ${why}`).join("\n")];
}

function observeRow(result: ObserveResult): readonly string[] {
  const { before, registeredMemory, after, changesMs, notifications, registered } = result;
  return [
    result.server,
    wholeNumber(registered),
    wholeNumber(result.registerMs),
    String(changesMs.length),
    `${wholeNumber(median(changesMs))} / ${wholeNumber(Math.max(...changesMs))}`,
    (result.changesCpuUs / Math.max(1, notifications)).toFixed(1),
    wholeNumber(result.confirmable),
    wholeNumber(result.repeated),
    [registeredMemory, after]
      .map(({ heapBytes }) => wholeNumber((heapBytes - before.heapBytes) / Math.max(1, registered)))
      .join(" / "),
    [before, registeredMemory, after].map(({ rssBytes }) => mebibytes(rssBytes)).join(" / "),
    wholeNumber(result.lost),
    wholeNumber(result.wrong),
  ];
}
