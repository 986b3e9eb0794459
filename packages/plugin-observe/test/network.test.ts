import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type App, type EngineFactory, nativeEngine, notFound, type RequestContext } from "@coapkit/core";
import { nodeCoap } from "@coapkit/engine-node-coap";
import { OptionNumber } from "@coapkit/protocol";
import { coapClient, createTestClient } from "@coapkit/testing";
import { Agent, type ObserveReadStream } from "coap";
import { describe, expect, it } from "vitest";
import { type EndReason, type ObserveOptions, type ObserverRelation, observable } from "../src/index.js";
import { settled, start } from "./support.js";

/** A counter that an observer's arrival sets going: it counts to `end` and tells each step. */
async function counting(engine: EngineFactory, end: number, route: ObserveOptions = {}) {
  let state: unknown = 0;
  let isLost = (): void => undefined;
  const lost = new Promise<void>((resolve) => {
    isLost = resolve;
  });
  const count = async (): Promise<void> => {
    for (let i = 1; i <= end; i++) {
      state = i;
      server.notifier.changed("/n");
      await settled();
    }
  };
  const addRoutes = (app: App): void => {
    app.route({
      method: "GET",
      path: "/n",
      metadata: [observable(route)],
      handler: ({ request }: RequestContext) => {
        if (state instanceof Error) throw state;
        return `${String(state)}${"x".repeat(request.options.has(OptionNumber.UriQuery) ? 2000 : 0)},`;
      },
    });
    app.route({ method: "DELETE", path: "/n", handler: () => void server.notifier.end("/n", notFound("gone")) });
  };
  const server = await start(engine, addRoutes, {
    onSubscribe: (_: ObserverRelation) => void count(),
    onUnsubscribe: () => isLost(),
  });
  const set = (next: unknown): void => {
    state = next;
    server.notifier.changed("/n");
  };
  return {
    ...server,
    set,
    lost,
    uri: `coap://127.0.0.1:${server.port}/n`,
    [Symbol.asyncDispose]: () => server.app.close(),
  };
}

const ENGINES = [
  { name: "native", engine: nativeEngine() },
  { name: "node-coap", engine: nodeCoap() },
];

describe.each(ENGINES)("over UDP on the $name engine", ({ engine }) => {
  it("serves libcoap's client until it deregisters", async () => {
    await using server = await counting(engine, 3);
    const reply = await coapClient(["-s", "1", "-w", server.uri]);
    await server.lost;
    expect(reply.text).toMatch(/^0,\n(1,\n)?(2,\n)?3,\n/);
    expect(server.notifier.counters).toMatchObject({ relations: 0, registrations: 1, encodings: 3, lost: 1 });
    expect(server.app.engineCounters).toMatchObject({ observers: 0 });
  });

  it("serves npm coap's client until it deregisters", async () => {
    // npm coap closes its socket before it deregisters, unless an acknowledgement is on its way.
    await using server = await counting(engine, 1, { confirmable: "always" });
    const agent = new Agent({ type: "udp4" });
    try {
      const request = agent.request({ hostname: "127.0.0.1", port: server.port, pathname: "/n", observe: true });
      const answered = once(request, "response");
      request.end();
      const stream = (await answered)[0] as ObserveReadStream;
      const seen: string[] = [];
      stream.on("data", (chunk: Buffer) => {
        seen.push(String(chunk));
        if (seen.length === 2) stream.close(true);
      });
      await server.lost;
      expect(seen).toEqual(["0,", "1,"]);
      expect(server.notifier.counters).toMatchObject({ relations: 0, lost: 1 });
    } finally {
      agent.close();
    }
  });

  it("ends with the reply of the app when a resource is deleted", async () => {
    await using server = await counting(engine, 0);
    const client = createTestClient(engine);
    const stream = client.observe(server.uri);
    await stream.next();
    expect(await client.delete(server.uri)).toMatchObject({ code: "2.02" });
    const last = (await stream.next()).value;
    expect(last).toMatchObject({ code: "4.04", text: "gone" });
    expect(last?.options.has(OptionNumber.Observe)).toBe(false);
    await client.close();
    expect(server.notifier.counters).toMatchObject({ relations: 0, ended: 1 });
  });

  it("ends with one 5.00 when the handler fails", async () => {
    await using server = await counting(engine, 0);
    const client = createTestClient(engine);
    const stream = client.observe(server.uri);
    expect((await stream.next()).value).toMatchObject({ code: "2.05", text: "0," });
    server.set(new Error("broken sensor"));
    const last = (await stream.next()).value;
    expect(last).toMatchObject({ code: "5.00", text: "" });
    expect(last?.options.has(OptionNumber.Observe)).toBe(false);
    expect((await stream.next()).done).toBe(true);
    await client.close();
    expect(server.notifier.counters).toMatchObject({ relations: 0, notifications: 1 });
  });

  it("notifies of representations larger than a block", async () => {
    await using server = await counting(engine, 0);
    const client = createTestClient(engine);
    const stream = client.observe(`${server.uri}?large`);
    const texts: (string | undefined)[] = [];
    for (const state of ["a", "b", "c"]) {
      server.set(state);
      texts.push((await stream.next()).value?.text);
    }
    expect(texts.slice(1).map((text) => [text?.[0], text?.length])).toEqual([
      ["b", 2002],
      ["c", 2002],
    ]);
    await stream.return();
    await client.close();
  });

  it("tells what a client's conditions ask for, and the values of a series", async () => {
    let push = (_: string): void => undefined;
    const levels = async function* ({ signal }: RequestContext) {
      yield "10";
      while (!signal.aborted) yield await new Promise<string>((resolve) => (push = resolve));
    };
    const route = { method: "GET", path: "/level", metadata: [observable()], handler: levels } as const;
    const ended: EndReason[] = [];
    const { app, port, notifier } = await start(engine, (added) => added.route(route), {
      conditions: true,
      onUnsubscribe: (_, reason) => ended.push(reason),
    });
    const client = createTestClient(engine);
    const stream = client.observe(`coap://127.0.0.1:${port}/level?c.gt=20`);
    expect((await stream.next()).value?.text).toBe("10");
    expect(await client.get(`coap://127.0.0.1:${port}/level?c.gt=x`)).toMatchObject({ code: "4.00" });
    for (const level of ["15", "21"]) {
      await settled();
      push(level);
    }
    expect((await stream.next()).value?.text).toBe("21");
    expect(notifier.counters).toMatchObject({ withheld: 1, notifications: 1, feeds: 1 });
    await stream.return();
    await client.close();
    await app.close();
    expect(notifier.counters).toMatchObject({ relations: 0, feeds: 0 });
    expect(ended).toHaveLength(1);
  });

  it("serves clients of their own where the route says so", async () => {
    await using server = await counting(engine, 0, { perClient: true });
    const clients = [createTestClient(engine), createTestClient(engine)];
    const streams = clients.map((client) => client.observe(server.uri));
    for (const stream of streams) await stream.next();
    server.set(1);
    for (const stream of streams) expect((await stream.next()).value?.text).toBe("1,");
    expect(server.notifier.counters).toMatchObject({ encodings: 2, notifications: 2, relations: 2 });
    for (const stream of streams) await stream.return();
    for (const client of clients) await client.close();
  });
});

describe("relations of the native engine", () => {
  it("are as many as its limits allow; beyond them a request is answered like a plain GET", async () => {
    await using server = await counting(nativeEngine({ observersPerPeer: 1 }), 0);
    const client = createTestClient(nativeEngine());
    const observer = client.observe(server.uri);
    await observer.next();
    const refused = client.observe(server.uri);
    expect((await refused.next()).value?.options.has(OptionNumber.Observe)).toBe(false);
    expect((await refused.next()).done).toBe(true);
    expect(server.notifier.counters).toMatchObject({ relations: 1, registrations: 1 });
    await observer.return();
    await client.close();
  });

  it("are replaced by a registration with the same token", async () => {
    const ends: EndReason[] = [];
    const route = { method: "GET", path: "/n", metadata: [observable()], handler: () => "n" } as const;
    const { app, port, notifier } = await start(nativeEngine(), (added) => added.route(route), {
      onUnsubscribe: (_, reason) => ends.push(reason),
    });
    const socket = createSocket("udp4");
    for (const messageId of [1, 2]) {
      // NON GET /n with Observe 0 and token aa
      socket.send(Buffer.from([0x51, 0x01, 0x00, messageId, 0xaa, 0x60, 0x51, 0x6e]), port, "127.0.0.1");
      await once(socket, "message");
    }
    expect(ends).toEqual(["replaced"]);
    expect(notifier.counters).toMatchObject({ relations: 1, registrations: 2, lost: 1 });
    await app.close();
    socket.close();
    expect(ends).toEqual(["replaced", "closed"]);
  });
});

describe("types of notifications on the native engine (RFC 7641 §4.5)", () => {
  const typesOf = async (confirmable: ObserveOptions["confirmable"]): Promise<readonly string[]> => {
    await using server = await counting(nativeEngine({ nonNotificationIntervalMs: 0 }), 11, { confirmable });
    const { messages } = await coapClient(["-s", "1", server.uri]);
    const notifications = messages.filter(
      ({ code, options }) => code === "2.05" && options.some(({ name }) => name === "Observe"),
    );
    return notifications.map(({ type }) => type);
  };

  it("are NON but for every tenth where nothing is said", async () => {
    expect(await typesOf(undefined)).toEqual(["ACK", ...Array(9).fill("NON"), "CON", "NON"]);
  });

  it("are NON for never", async () => {
    expect(await typesOf("never")).toEqual(["ACK", ...Array(11).fill("NON")]);
  });

  it("are CON for always; the newest takes the place of those that wait", async () => {
    const types = await typesOf("always");
    expect(types.length).toBeGreaterThanOrEqual(3);
    expect(types.slice(1).every((type) => type === "CON")).toBe(true);
  });

  it("are CON every third time for { every: 3 }", async () => {
    const types = await typesOf({ every: 3 });
    expect(types.slice(0, 5)).toEqual(["ACK", "NON", "NON", "CON", "NON"]);
  });
});
