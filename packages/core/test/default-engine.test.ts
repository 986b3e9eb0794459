import { createSocket } from "node:dgram";
import { once } from "node:events";
import { CoapClient, Endpoint } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../src/app/system-clock.js";
import { type App, createApp, definePlugin, nativeEngine } from "../src/index.js";
import { RecordingLogger } from "./support/recording-logger.js";
import { appWith, testApp } from "./support/test-app.js";

const openEndpoints: Endpoint[] = [];
const openApps: App[] = [];
afterEach(async () => {
  await Promise.all(openEndpoints.splice(0).map((endpoint) => endpoint.close()));
  await Promise.all(openApps.splice(0).map((app) => app.close()));
});

async function client(): Promise<CoapClient> {
  const endpoint = new Endpoint({
    transport: udpTransport({ host: "127.0.0.1" }),
    clock: systemClock,
    random: { fraction: () => 0.5, bytes: (length) => new Uint8Array(length).fill(7) },
  });
  openEndpoints.push(endpoint);
  await endpoint.open();
  return new CoapClient(endpoint);
}

async function listening(options: Parameters<typeof createApp>[0]) {
  const app = await createApp({ logger: new RecordingLogger(), ...options });
  openApps.push(app);
  app.route({ method: "GET", path: "/long", handler: () => "x".repeat(100) });
  const { port } = await app.listen("coap://127.0.0.1:0");
  return { app, uri: `coap://127.0.0.1:${port}/long` };
}

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "UDPWrap").length;

describe("an app without the option engine", () => {
  it("listens with the native engine", async () => {
    const { app, uri } = await listening({});
    const { payload } = await (await client()).get(uri);
    expect(payload.length).toBe(100);
    expect(app.engineCounters).toMatchObject({ requests: 1, responses: 1 });
  });

  it("has no socket, no timer and no window of messages while it is only injected into", async () => {
    const socketsBefore = sockets();
    const bytesBefore = process.memoryUsage().arrayBuffers;
    const { app, clock } = await appWith({ handler: () => "x" });
    expect((await app.inject({ method: "GET", path: "/x" })).text).toBe("x");
    expect(sockets()).toBe(socketsBefore);
    expect(process.memoryUsage().arrayBuffers - bytesBefore).toBeLessThan(1_048_576);
    expect(app.engineCounters).toEqual({});
    await app.close();
    expect(clock.pending).toBe(0);
  });

  it("loads plugins that need a network", async () => {
    const calling = definePlugin({
      name: "acme",
      version: "1.0.0",
      contract: 1,
      requires: ["callBack"],
      setup: () => undefined,
    });
    const { app } = await testApp({ plugins: [calling()] });
    await app.ready();
    await app.close();
  });
});

describe("nativeEngine", () => {
  it("answers a group where it is told to join it", async () => {
    const engine = nativeEngine({ multicast: true, multicastInterface: "lo", leisureMs: 20 });
    const app = await createApp({ logger: new RecordingLogger(), engine });
    openApps.push(app);
    app.route({ method: "GET", path: "/x", handler: () => "here" });
    const { port } = await app.listen("coap://127.0.0.1:0");
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    socket.setMulticastInterface("127.0.0.1");
    socket.send(Uint8Array.of(0x51, 1, 0, 9, 7, 0xb1, 0x78), port, "224.0.1.187"); // NON GET /x, token 07
    const [answer, { address }] = (await once(socket, "message")) as [Buffer, { readonly address: string }];
    socket.close();
    expect([answer[0], answer[1], answer[4], answer.subarray(-4).toString()]).toEqual([0x51, 0x45, 7, "here"]);
    expect(address).toBe("127.0.0.1");
  });

  it("takes its options", async () => {
    const { uri } = await listening({
      engine: nativeEngine({ blockBytes: 16, replyBytes: 65_536, safeReplyBytes: 131_072 }),
    });
    const lengths: number[] = [];
    for await (const { payload } of (await client()).stream(uri)) lengths.push(payload.length);
    expect(lengths).toEqual([16, 16, 16, 16, 16, 16, 4]);
  });

  it.each([
    [{ ackTimeout: 1 } as object, "ackTimeout: unknown option; allowed: ackTimeoutMs"],
    [{ blockBytes: 8 }, "blockBytes: found 8; allowed: a whole number from 16 to 1024"],
    [{ replyBytes: 3_000_000 }, "replyBytes: found 3000000; allowed: a power of two from 65536 to 268435456"],
    [{ safeReplyBytes: 1_024 }, "safeReplyBytes: found 1024; allowed: a power of two"],
  ])("refuses %o", (options, message) => {
    expect(() => nativeEngine(options)).toThrow(message);
  });
});
