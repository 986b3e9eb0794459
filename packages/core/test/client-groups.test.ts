import { createSocket } from "node:dgram";
import { once } from "node:events";
import { OptionsView } from "@coapkit/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type App,
  Code,
  createApp,
  type GroupRequest,
  type GroupResponse,
  InjectEngine,
  nativeEngine,
  OptionNumber,
} from "../src/index.js";
import { rejection } from "./support/client-app.js";
import { json } from "./support/formats.js";
import { RecordingLogger } from "./support/recording-logger.js";
import { testApp } from "./support/test-app.js";

const GROUP = "224.0.1.187";

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Answers as a group would: what a test lists, or what `fail` says. */
class GroupEngine extends InjectEngine {
  readonly asked: GroupRequest[] = [];
  answers: readonly GroupResponse[] = [];
  failure: Error | undefined;
  hasLeft = false;

  async *discover(request: GroupRequest): AsyncGenerator<GroupResponse, void, undefined> {
    this.asked.push(request);
    try {
      yield* this.answers;
      if (this.failure !== undefined) throw this.failure;
    } finally {
      this.hasLeft = true;
    }
  }
}

function answer(host: number, payload: string, contentFormat?: number, code: number = Code.Content): GroupResponse {
  const options = contentFormat === undefined ? [] : [{ number: OptionNumber.ContentFormat, value: contentFormat }];
  const address = `10.0.0.${host}`;
  return {
    code,
    options: OptionsView.of(options),
    payload: new TextEncoder().encode(payload),
    peer: { key: `${address}:5683`, scheme: "coap", address, port: 5683 },
  };
}

async function groupApp(...answers: readonly GroupResponse[]) {
  const engine = new GroupEngine();
  engine.answers = answers;
  const { app } = await testApp({ engine: () => engine, plugins: [json()] });
  opened.push(() => app.close());
  await app.ready();
  return { engine, client: app.client };
}

describe("app.client.discoverGroup", () => {
  it.each([GROUP, `coap://${GROUP}`, `${GROUP}:5683`, "ff02::fd%eth0", "coap://[ff05::fd]/", "coap://all.example"])(
    "asks %s for its links, as long as it is told",
    async (target) => {
      const { engine, client } = await groupApp(answer(1, "</t>;rt=x", 40));
      const members = await all(client.discoverGroup(target, { query: { rt: "x" }, timeoutMs: 700 }));
      expect(members).toMatchObject([{ peer: { address: "10.0.0.1" }, links: [{ target: "/t" }], error: undefined }]);
      expect(engine.asked).toEqual([
        {
          uri: expect.objectContaining({ path: [".well-known", "core"], query: ["rt=x"], port: 5683 }),
          method: Code.GET,
          options: [{ number: OptionNumber.Accept, value: 40 }],
          timeoutMs: 700,
        },
      ]);
    },
  );

  it("asks another path where the group's URI has one", async () => {
    const { engine, client } = await groupApp();
    expect(await all(client.discoverGroup(`coap://${GROUP}/rd`))).toEqual([]);
    expect(engine.asked[0]?.uri.path).toEqual(["rd"]);
  });

  it("leaves out members of whose links none match", async () => {
    const { client } = await groupApp(answer(1, "</t>;rt=t", 40), answer(2, "</h>;rt=h,</t>;rt=t", 40), answer(3, ""));
    const members = await all(client.discoverGroup(GROUP, { query: { rt: "h" } }));
    expect(members.map(({ peer, links }) => [peer.address, links.map(({ target }) => target)])).toEqual([
      ["10.0.0.2", ["/h"]],
    ]);
  });

  it("says which members' answers are none, and goes on", async () => {
    const { client } = await groupApp(
      answer(1, "", undefined, Code.NotFound),
      answer(2, "x>", 40),
      answer(3, "</t>", 0),
      answer(4, "</t>", 40),
    );
    const members = await all(client.discoverGroup(GROUP));
    expect(members.map(({ links, error }) => [links.length, error?.code])).toEqual([
      [0, "COAPKIT_ERR_CLIENT_ERROR"],
      [0, "COAPKIT_ERR_DECODE"],
      [0, "COAPKIT_ERR_DECODE"],
      [1, undefined],
    ]);
  });

  it("ends what was asked when its reader leaves", async () => {
    const { engine, client } = await groupApp(answer(1, "</a>", 40), answer(2, "</b>", 40));
    for await (const { peer } of client.discoverGroup(GROUP)) {
      expect([peer.address, engine.hasLeft]).toEqual(["10.0.0.1", false]);
      break;
    }
    expect(engine.hasLeft).toBe(true);
  });

  it("fails with what its engine fails with", async () => {
    const { engine, client } = await groupApp();
    engine.failure = new Error("no route");
    expect(await rejection(all(client.discoverGroup(GROUP)))).toBe(engine.failure);
  });
});

describe("app.client.getGroup", () => {
  it("gives the value of each member, or why there is none", async () => {
    const { engine, client } = await groupApp(
      answer(1, '{"c":1}', 50),
      answer(2, '{"c":"hot"}', 50),
      answer(3, "busy", undefined, Code.ServiceUnavailable),
    );
    const schema = z.object({ c: z.number() });
    const seen: unknown[] = [];
    for await (const { peer, reply, error } of client.getGroup(`coap://${GROUP}/t`, { schema, accept: "json" }))
      seen.push([peer.address, error === undefined ? reply.value.c : error.code]);
    expect(seen).toEqual([
      ["10.0.0.1", 1],
      ["10.0.0.2", "COAPKIT_ERR_DECODE"],
      ["10.0.0.3", "COAPKIT_ERR_SERVER_ERROR"],
    ]);
    expect(engine.asked[0]?.options).toEqual([{ number: OptionNumber.Accept, value: 50 }]);
  });

  it("takes errors as replies where it is told to", async () => {
    const { client } = await groupApp(answer(1, "busy", undefined, Code.ServiceUnavailable));
    const [member] = await all(client.getGroup(`coap://${GROUP}/t`, { throwOnError: false }));
    expect([member?.reply?.codeText, member?.reply?.diagnostic]).toEqual(["5.03", "busy"]);
  });

  it.each([
    ["ETag (RFC 7252 §8.2.1)", OptionNumber.ETag, "option 4"],
    ["Observe", OptionNumber.Observe, "option 6"],
  ])("refuses %s before anything is sent", async (_, number, text) => {
    const { engine, client } = await groupApp();
    expect(() => client.getGroup(`coap://${GROUP}/t`, { options: [{ number, value: 1 }] })).toThrow(text);
    expect(engine.asked).toEqual([]);
  });

  it.each(["coap://10.0.0.1/x", "coap://[::1]/x"])("refuses %s, which is no group", async (uri) => {
    const { client } = await groupApp();
    expect(() => client.getGroup(uri)).toThrow("is no group, but the address of one server; use discover or get.");
  });

  it.each(["coaps", "coap+tcp"])("refuses %s, which has no groups", async (scheme) => {
    const { client } = await groupApp();
    expect(() => client.discoverGroup(`${scheme}://${GROUP}`)).toThrow(`${scheme} has no groups; ask ${GROUP} by coap`);
  });

  it("says that an engine cannot ask groups", async () => {
    const { app } = await testApp({ engine: () => new InjectEngine() });
    await app.ready();
    expect(() => app.client.getGroup(`coap://${GROUP}/x`)).toThrow(
      expect.objectContaining({
        code: "COAPKIT_ERR_CAPABILITY_MISSING",
        message: `GET coap://${GROUP}/x goes to a group, which engine inject cannot ask. Use nativeEngine, or ask each server.`,
      }),
    );
    await app.close();
  });
});

describe("a group over UDP", () => {
  async function open(): Promise<App> {
    const engine = nativeEngine({ multicast: true, multicastInterface: "lo", leisureMs: 20 });
    const app = await createApp({ logger: new RecordingLogger(), plugins: [json()], engine, drainTimeoutMs: 0 });
    opened.push(() => app.close());
    return app;
  }

  /** Two devices at one port of the loopback interface. */
  async function twoDevices(routes: (app: App, index: number) => void) {
    const devices = [await open(), await open()] as const;
    for (const [index, device] of devices.entries()) routes(device, index);
    const { port } = await devices[0].listen("coap://127.0.0.2:0");
    await devices[1].listen(`coap://127.0.0.3:${port}`);
    return { devices, port };
  }

  it("is discovered, and each member then asked for what it has", async () => {
    const { port } = await twoDevices((device, index) => {
      device.route({ method: "GET", path: `/t${index}`, rt: "temperature", handler: () => `${20 + index}` });
      device.route({ method: "GET", path: "/h", rt: "humidity", handler: () => "40" });
    });
    const app = await open();
    await app.listen("coap://127.0.0.1:0");
    const seen: unknown[] = [];
    const members = app.client.discoverGroup(`${GROUP}:${port}`, { query: { rt: "temperature" }, timeoutMs: 300 });
    for await (const { peer, links } of members)
      for (const { target } of links)
        seen.push([peer.address, target, (await app.client.get({ peer, path: target })).value]);
    expect(seen.sort()).toEqual([
      ["127.0.0.2", "/t0", "20"],
      ["127.0.0.3", "/t1", "21"],
    ]);
  });

  it("gets large answers whole: the first block from the group, the rest from each member alone", async () => {
    const body = Array.from({ length: 2_000 }, (_, index) => index);
    const requests: [string, boolean][] = [];
    const { port, devices } = await twoDevices((device, index) => {
      device.route({
        method: "GET",
        path: "/large",
        handler: ({ request }) => {
          requests.push([`device ${index}`, request.isMulticast === true]);
          return [index, ...body];
        },
      });
    });
    const app = await open();
    await app.listen("coap://127.0.0.1:0");
    const members = await all(app.client.getGroup(`coap://${GROUP}:${port}/large`, { timeoutMs: 300 }));
    expect(members.map(({ peer, reply }) => [peer.address, reply?.value]).sort()).toEqual([
      ["127.0.0.2", [0, ...body]],
      ["127.0.0.3", [1, ...body]],
    ]);
    expect(requests.filter(([, isMulticast]) => isMulticast)).toHaveLength(2);
    for (const { engineCounters } of devices) expect(engineCounters.groupConfirmables).toBe(0);
    expect(app.engineCounters).toMatchObject({ pendingRequests: 0, responsesSkipped: 0 });
  });

  it("is asked by an app that does not listen, from a socket of its own", async () => {
    const app = await open();
    await app.ready();
    const nobody = createSocket("udp4").bind(0, "127.0.0.1");
    opened.push(() => nobody.close());
    await once(nobody, "listening");
    const { port } = nobody.address();
    expect(await all(app.client.discoverGroup(`${GROUP}:${port}`, { timeoutMs: 1 }))).toEqual([]);
    expect(app.engineCounters).toMatchObject({ requestsSent: 1, pendingRequests: 0 });
  });
});
