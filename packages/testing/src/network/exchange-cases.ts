import assert from "node:assert/strict";
import type { Station, TransportBench } from "./transport-bench.js";

/** A case that a fresh bench is made for. */
export type BenchCase = readonly [title: string, run: (bench: TransportBench) => Promise<void>];

/** What the contract asks of datagrams under way. */
export function exchangeCases(maxDatagramBytes: number): readonly BenchCase[] {
  return [
    ["carries exactly the bytes between start and end", carriesTheRange],
    [
      `carries datagrams of 1 to ${maxDatagramBytes} bytes, and empty ones`,
      (bench) => carriesSizes(bench, maxDatagramBytes),
    ],
    ["knows a source by the number that its address resolves to, and replies reach it", repliesReachTheSource],
    ["tells sources apart", tellsSourcesApart],
    ["keeps received bytes as they are, where it says so", keepsBytes],
    ["drops what comes from a new source while all peers are pinned", dropsStrangers],
    ["sends to where nobody is without an error, and goes on", survivesNobody],
    ["needs no memory of sent bytes in the end", hasNoPendingSends],
  ];
}

async function carriesTheRange(bench: TransportBench): Promise<void> {
  const [a, b] = await pair(bench);
  a.transport.send(await bench.peerOf(a, b), Uint8Array.of(9, 1, 2, 3, 9), 1, 4);
  assert.deepEqual(await next(bench, b), [1, 2, 3]);
}

async function carriesSizes(bench: TransportBench, maxDatagramBytes: number): Promise<void> {
  const [a, b] = await pair(bench);
  for (const size of [0, 1, 4, 64, Math.ceil(maxDatagramBytes / 2), maxDatagramBytes]) {
    const bytes = Array.from({ length: size }, (_, i) => (i * 7 + size) & 255);
    await bench.send(a, b, bytes);
    assert.deepEqual(await next(bench, b), bytes, `The contract wants ${size} bytes to arrive as they are.`);
  }
}

async function repliesReachTheSource(bench: TransportBench): Promise<void> {
  const [a, b] = await pair(bench);
  await bench.send(a, b, [1]);
  await next(bench, b);
  const source = b.received[0]?.peer ?? -1;
  const message = "The contract wants resolve and received datagrams to give one number for one address.";
  assert.equal(source, await bench.peerOf(b, a), message);
  assert.equal(b.peers.portOf(source), a.bound.port);
  b.transport.send(source, Uint8Array.of(2), 0, 1);
  assert.deepEqual(await next(bench, a), [2]);
  assert.equal(a.received[0]?.peer, await bench.peerOf(a, b), message);
}

async function tellsSourcesApart(bench: TransportBench): Promise<void> {
  const [a, b] = await pair(bench);
  const c = await bench.open();
  await bench.send(a, b, [1]);
  await next(bench, b);
  await bench.send(c, b, [2]);
  await next(bench, b, 2);
  assert.notEqual(b.received[0]?.peer, b.received[1]?.peer, "The contract wants two sources to be two peers.");
}

async function keepsBytes(bench: TransportBench): Promise<void> {
  const [a, b] = await pair(bench);
  if (!b.transport.keepsReceivedBytes) return;
  for (const [i, bytes] of [
    [1, 1],
    [2, 2],
    [3, 3],
  ].entries()) {
    await bench.send(a, b, bytes);
    await next(bench, b, i + 1);
  }
  const kept = b.received.map(({ window }) => [...window]);
  assert.deepEqual(
    kept,
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
    "The contract wants bytes to stay, as keepsReceivedBytes is true.",
  );
}

async function dropsStrangers(bench: TransportBench): Promise<void> {
  const a = await bench.open();
  const stranger = await bench.open();
  const b = await bench.open(0, 1);
  b.peers.pin(await bench.peerOf(b, a));
  await bench.send(stranger, b, [1]);
  await bench.settle();
  await bench.send(a, b, [2]);
  assert.deepEqual(await next(bench, b), [2], "The contract wants datagrams to be dropped where intern gives NO_PEER.");
}

async function survivesNobody(bench: TransportBench): Promise<void> {
  const [a, b] = await pair(bench);
  const gone = await bench.open();
  const peer = await bench.peerOf(a, gone);
  await gone.transport.close();
  for (let i = 0; i < 3; i++) {
    a.transport.send(peer, Uint8Array.of(1), 0, 1);
    await bench.settle();
  }
  await bench.send(a, b, [2]);
  assert.deepEqual(await next(bench, b), [2]);
}

async function hasNoPendingSends(bench: TransportBench): Promise<void> {
  const [a, b] = await pair(bench);
  await bench.send(a, b, [1]);
  await next(bench, b);
  await bench.until(() => a.transport.pendingSends === 0, "pendingSends to fall to 0");
}

async function pair(bench: TransportBench): Promise<readonly [Station, Station]> {
  return [await bench.open(), await bench.open()];
}

/** Bytes of the last of `count` datagrams; of the next one without a count. */
async function next(
  bench: TransportBench,
  station: Station,
  count = station.received.length + 1,
): Promise<readonly number[]> {
  await bench.until(() => station.received.length >= count, "a datagram to arrive");
  return station.received[count - 1]?.bytes ?? [];
}
