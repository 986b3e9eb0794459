import dgram, { type RemoteInfo, type Socket } from "node:dgram";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACK, CON, CONTENT, datagramOf, GET, NON, POST, RawPeer, RST, startRig, textResponse } from "./rig.js";

const uncaught: unknown[] = [];
const record = (error: unknown) => void uncaught.push(error);

beforeEach(() => {
  process.on("uncaughtException", record);
  process.on("unhandledRejection", record);
});

afterEach(() => {
  process.off("uncaughtException", record);
  process.off("unhandledRejection", record);
  expect(uncaught).toEqual([]);
});

describe("datagrams that npm coap must not see", () => {
  it("drops a datagram from source port 0 and serves the next one", async () => {
    const sockets: Socket[] = [];
    const { createSocket } = dgram;
    dgram.createSocket = ((...args: Parameters<typeof createSocket>) => {
      sockets.push(createSocket(...args));
      return sockets.at(-1);
    }) as typeof createSocket;
    syncBuiltinESMExports();
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse("alive")) });
    dgram.createSocket = createSocket;
    syncBuiltinESMExports();
    const from: RemoteInfo = { address: "127.0.0.1", family: "IPv4", port: 0, size: 4 };
    for (const messageId of [1, 2]) {
      sockets[0]?.emit("message", datagramOf({ messageId, token: "t" }), from);
      sockets[0]?.emit("message", Buffer.of(1, 2), from);
    }
    expect(rig.engine.counters).toMatchObject({ droppedPortZero: 4, requests: 0 });
    expect(rig.logs).toContainEqual(
      expect.objectContaining({ level: "warn", fields: expect.objectContaining({ reason: "droppedPortZero" }) }),
    );
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ messageId: 1 })).toMatchObject({ code: CONTENT });
  });

  it.each([
    ["an option value cut off", [0x40, 1, 0, 9, 0xb5, 0x61]],
    ["a reserved option delta", [0x40, 1, 0, 9, 0xf1, 0x61]],
    ["a reserved option length", [0x40, 1, 0, 9, 0x1f, 0x61]],
    ["an option number above 65535", [0x40, 1, 0, 9, 0xe0, 0xff, 0xff]],
    ["a token of 9 bytes", [0x49, 1, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ["a token cut off", [0x44, 1, 0, 9, 1]],
    ["a payload marker without a payload", [0x40, 1, 0, 9, 0xff]],
    ["an Empty message with a token", [0x41, 0, 0, 9, 1]],
    ["an Empty message with a payload", [0x40, 0, 0, 9, 0xff, 1]],
  ])("rejects a confirmable message with %s", async (_what, bytes) => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    peer.sendRaw(Buffer.from(bytes));
    expect(await peer.next()).toMatchObject({ type: RST, code: 0, messageId: 9 });
    const nonConfirmable = Buffer.from(bytes);
    nonConfirmable[0] = (bytes[0] as number) | 0x10;
    peer.sendRaw(nonConfirmable); // silently ignored
    expect(await peer.ask({ code: 0, messageId: 10 })).toMatchObject({ type: RST, messageId: 10 });
    expect(rig.engine.counters).toMatchObject({ droppedFormat: 2, requests: 0 });
  });

  it.each([
    ["nothing", []],
    ["three bytes", [0x40, 1, 0]],
    ["version 0", [0x00, 1, 0, 9]],
    ["version 2", [0x80, 1, 0, 9]],
    ["a non-confirmable response", [0x50, 0x45, 0, 9]],
    ["an empty non-confirmable message", [0x50, 0, 0, 9]],
    ["an acknowledgement that is a request", [0x60, 1, 0, 9]],
    ["a Reset with a code", [0x70, 0x45, 0, 9]],
    ["an acknowledgement of nothing", [0x60, 0, 0, 9]],
    ["a Reset of nothing", [0x70, 0, 0, 9]],
  ])("says nothing to %s", async (_what, bytes) => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    peer.sendRaw(Buffer.from(bytes));
    expect(await peer.ask({ code: 0, messageId: 10 })).toMatchObject({ type: RST, messageId: 10 });
    expect(rig.engine.counters.requests).toBe(0);
  });

  it.each([
    ["a response", 0x45],
    ["a reserved class", 0x20],
    ["a signaling code", 0xe1],
  ])("rejects %s that is confirmable", async (_what, code) => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ code, messageId: 3 })).toMatchObject({ type: RST, messageId: 3 });
  });
});

describe("whatever comes", () => {
  it.each([1, 2, 3])("still answers after 2000 random and mutated datagrams (seed %i)", async (seed) => {
    const random = randomFrom(seed);
    await using rig = await startRig({
      options: { piggybackMs: 5 },
      handler: (exchange) => {
        if (random() < 0.8) exchange.respond(textResponse(new Uint8Array(Math.floor(random() * 3000))));
        else if (!exchange.notify(textResponse("observed"))) exchange.ignore();
      },
    });
    await using peer = await RawPeer.to(rig.address.port);
    for (let round = 0; round < 20; round++) {
      for (let index = 0; index < 100; index++) peer.sendRaw(mutated(random));
      await pong(peer, round);
    }
    await using healthy = await RawPeer.to(rig.address.port);
    await until(async () => (await healthy.ask({ messageId: Math.floor(random() * 65536), token: "ok" })).code !== 0);
    expect(rig.engine.counters.received).toBeGreaterThan(1000);
    expect(rig.engine.counters.droppedEngine).toBe(0);
  });
});

/** A Reset for this ping shows that all datagrams before it were taken. */
async function pong(peer: RawPeer, round: number): Promise<void> {
  peer.send({ code: 0, messageId: 60_000 + round });
  for (;;) {
    const message = await peer.next();
    if (message.type === RST && message.messageId === 60_000 + round) return;
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

function mutated(random: () => number): Buffer {
  const pick = (count: number) => Math.floor(random() * count);
  if (random() < 0.3) return Buffer.from(Array.from({ length: pick(40) }, () => pick(256)));
  const numbers = [1, 3, 4, 6, 11, 12, 15, 17, 23, 27, 28, 35, 39, 60, 258, 292, 2049, 65000];
  const datagram = datagramOf({
    type: [CON, NON, ACK, RST][pick(4)] as number,
    code: [GET, POST, 5, 0, 0x45, pick(256)][pick(6)] as number,
    messageId: pick(50_000),
    token: "abcdefgh".slice(0, pick(9)),
    options: Array.from({ length: pick(5) }, () => ({
      number: numbers[pick(numbers.length)] as number,
      value: Uint8Array.from({ length: pick(6) }, () => pick(256)),
    })),
    payload: "x".repeat(pick(80)),
  });
  for (let flips = random() < 0.5 ? 0 : pick(4); flips > 0; flips--) datagram[pick(datagram.length)] = pick(256);
  return datagram.subarray(0, random() < 0.9 ? datagram.length : pick(datagram.length));
}

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
