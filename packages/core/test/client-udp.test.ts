import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type App, type AppOptions, createApp, nativeEngine, type Peer } from "../src/index.js";
import { rejection } from "./support/client-app.js";
import { json } from "./support/formats.js";
import { RecordingLogger } from "./support/recording-logger.js";

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function open(options: AppOptions = {}): Promise<App> {
  const app = await createApp({ logger: new RecordingLogger(), plugins: [json()], drainTimeoutMs: 0, ...options });
  opened.push(() => app.close());
  return app;
}

async function listen(app: App): Promise<string> {
  const { port } = await app.listen("coap://127.0.0.1:0");
  return `coap://127.0.0.1:${port}`;
}

/** What a NAT does to one device: its datagrams leave from another port, and answers to that port come to it. */
async function natTo(serverPort: number): Promise<number> {
  const inside = await socket();
  const outside = await socket();
  let device: RemoteInfo | undefined;
  inside.on("message", (datagram, from) => {
    device = from;
    outside.send(datagram, serverPort, "127.0.0.1");
  });
  outside.on("message", (datagram) => {
    if (device !== undefined) inside.send(datagram, device.port, device.address);
  });
  return inside.address().port;
}

async function socket(): Promise<Socket> {
  const made = createSocket("udp4").bind(0, "127.0.0.1");
  opened.push(() => made.close());
  await once(made, "listening");
  return made;
}

describe("app.client over UDP", () => {
  it("writes, reads and is refused by another app", async () => {
    const Reading = z.object({ celsius: z.number() });
    const server = await open();
    let reading = { celsius: 0 };
    server.route({ method: "GET", path: "/reading", handler: () => reading });
    server.route({
      method: "PUT",
      path: "/reading",
      payload: Reading,
      handler: ({ payload }) => {
        reading = payload;
      },
    });
    const uri = `${await listen(server)}/reading`;
    const app = await open();
    await app.ready();
    expect((await app.client.put(uri, { celsius: 21.5 })).codeText).toBe("2.04");
    expect((await app.client.get(uri, { schema: Reading, accept: "json" })).value.celsius).toBe(21.5);
    expect((await app.client.get(uri, { confirmable: false })).value).toEqual({ celsius: 21.5 });
    const error = await rejection(app.client.put(uri, { celsius: "hot" }));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_CLIENT_ERROR", reply: { codeText: "4.22" } });
    expect(await rejection(app.client.post(uri, 1))).toMatchObject({ reply: { codeText: "4.05" } });
  });

  it("sends and takes values of several blocks", async () => {
    const server = await open();
    server.route({ method: "POST", path: "/echo", payload: true, handler: ({ payload }) => payload });
    const uri = `${await listen(server)}/echo`;
    const app = await open();
    await app.ready();
    const value = Array.from({ length: 5_000 }, (_, index) => index);
    expect((await app.client.post(uri, value)).value).toEqual(value);
  });

  it("asks a peer back through a NAT, over the socket that it called on", async () => {
    const server = await open();
    const peers: Peer[] = [];
    server.route({ method: "POST", path: "/register", handler: ({ peer }) => void peers.push(peer) });
    const serverPort = Number(new URL(await listen(server)).port);
    const natPort = await natTo(serverPort);

    const device = await open();
    device.route({ method: "GET", path: "/name", handler: ({ query }) => `boiler ${query.n}` });
    const devicePort = Number(new URL(await listen(device)).port);
    await device.client.post(`coap://127.0.0.1:${natPort}/register`);

    const [peer] = peers as [Peer];
    expect(peer.port).not.toBe(devicePort);
    const reply = await server.client.get({ peer, path: "/name?n=1" });
    expect([reply.codeText, reply.value]).toEqual(["2.05", "boiler 1"]);
    expect(await server.client.discover({ peer })).toMatchObject([{ target: "/name" }]);
    const error = await rejection(server.client.get({ peer }));
    expect(error).toMatchObject({ message: `GET coap://127.0.0.1:${peer.port}/ was answered 4.04 NotFound.` });
  });

  it("fails in the engine's time when nobody answers", async () => {
    const nobody = await socket();
    const app = await open({ engine: nativeEngine({ ackTimeoutMs: 1, maxRetransmit: 0 }) });
    await app.ready();
    const uri = `coap://127.0.0.1:${nobody.address().port}/x`;
    expect(await rejection(app.client.get(uri))).toMatchObject({ code: "COAPKIT_ERR_TIMEOUT" });
  });

  it("fails with ClosedError when the app is closed meanwhile", async () => {
    const nobody = await socket();
    const app = await open();
    await app.ready();
    const asked = once(nobody, "message");
    const request = rejection(app.client.get(`coap://127.0.0.1:${nobody.address().port}/x`));
    await asked;
    await app.close();
    expect(await request).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
  });

  it("refuses schemes that the engine has no transport for", async () => {
    const app = await open();
    await app.ready();
    const error = await rejection(app.client.get("coap+tcp://127.0.0.1/x"));
    expect(error).toMatchObject({
      code: "COAPKIT_ERR_OPTIONS_INVALID",
      message: expect.stringContaining("coap+tcp"),
    });
  });
});
