import dgram, { type RemoteInfo, type Socket } from "node:dgram";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../src/message/message.js";
import { mutated, randomFrom } from "./mutated-datagrams.js";
import { CONTENT, datagramOf, RawPeer, RST, startRig, textResponse, uriOf } from "./rig.js";

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

describe("whatever a server sends to the client", () => {
  it.each([4, 5, 6])("fails a request at most, never the process (seed %i)", async (seed) => {
    const random = randomFrom(seed);
    await using rig = await startRig({ options: { responseTimeoutMs: 20 } });
    await using server = await RawPeer.to(rig.address.port);
    const uri = uriOf(`coap://127.0.0.1:${server.port}`);
    for (let round = 0; round < 20; round++) {
      const payload = round % 3 === 0 ? "x".repeat(3000) : "";
      const responses = rig.engine.request({ uri, method: 3, payload, observe: round % 2 === 0 });
      const outcome = readSome(responses);
      const { message, port } = await server.nextFrom();
      for (let index = 0; index < 50; index++) server.sendRaw(asResponse(mutated(random), message, random), port);
      server.send({ type: RST, code: 0, messageId: message.messageId }, port);
      await outcome;
    }
    expect(rig.engine.counters).toMatchObject({ droppedEngine: 0, openRequests: 0 });
    expect(rig.engine.counters.received).toBeGreaterThan(500);
  });
});

/** Ends with the first response, or whatever error there is instead; either is fine. */
async function readSome(responses: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _response of responses) return;
  } catch (error) {
    expect(error).toHaveProperty("code", expect.stringMatching(/^COAPKIT_ERR_/));
  }
}

/** Gives most of what a server might send the token or the message ID that the client waits for. */
function asResponse(datagram: Buffer, { messageId, token }: Message, random: () => number): Buffer {
  if (datagram.length < 4 || random() < 0.2) return datagram;
  if (random() < 0.5) datagram.writeUInt16BE(messageId, 2);
  if (random() < 0.8) datagram[1] = [0x45, 0x5f, 0x84, 0x44][Math.floor(random() * 4)] as number;
  const tokenEnd = 4 + ((datagram[0] as number) & 0x0f);
  if (random() < 0.2) return datagram;
  const head = Buffer.from(datagram.subarray(0, 4));
  head[0] = ((head[0] as number) & 0xf0) | token.length;
  return Buffer.concat([head, token, datagram.subarray(tokenEnd)]);
}

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
