import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type App, nativeEngine } from "@coapkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type EndReason,
  type ObservationStore,
  type ObservePluginOptions,
  observable,
  type StoredRelation,
} from "../src/index.js";
import { settled, start } from "./support.js";

/** A store that goes through JSON, as a file or a database would make it. */
class JsonStore implements ObservationStore {
  readonly texts = new Map<string, string>();
  saves = 0;
  save(relation: StoredRelation): void {
    this.saves++;
    this.texts.set(relation.id, JSON.stringify(relation));
  }
  delete(id: string): void {
    this.texts.delete(id);
  }
  async load(): Promise<StoredRelation[]> {
    return [...this.texts.values()].map((text) => JSON.parse(text) as StoredRelation);
  }
}

interface Notification {
  readonly type: string;
  readonly code: number;
  readonly token: string;
  readonly observe: number | undefined;
  readonly text: string;
}

/** Reads a message whose first options are Observe and Content-Format of text. */
function read(bytes: Buffer): Notification {
  const tokenEnd = 4 + ((bytes[0] as number) & 15);
  const head = bytes[tokenEnd] ?? 0;
  const length = head >> 4 === 6 ? head & 15 : -1;
  const observe = length < 0 ? undefined : length === 0 ? 0 : bytes.readUIntBE(tokenEnd + 1, length);
  const marker = bytes.lastIndexOf(0xff);
  return {
    type: ["CON", "NON", "ACK", "RST"][((bytes[0] as number) >> 4) & 3] as string,
    code: bytes[1] as number,
    token: bytes.subarray(4, tokenEnd).toString("hex"),
    observe,
    text: marker < tokenEnd ? "" : bytes.subarray(marker + 1).toString(),
  };
}

describe("relations in a store", () => {
  let store: JsonStore;
  let device: Socket;
  let port = 0;
  let state = "0";
  const ends: EndReason[] = [];
  const add = (app: App) =>
    void app.route({ method: "GET", path: "/n", metadata: [observable()], handler: () => state });
  const boot = async (options: ObservePluginOptions = {}, addRoutes = add) => {
    const settings = { store, conditions: true, onUnsubscribe: (_: unknown, reason: EndReason) => ends.push(reason) };
    const server = await start(nativeEngine(), addRoutes, { ...settings, ...options }, {}, port);
    port = server.port;
    return server;
  };
  /** GET /n with Observe 0 and token aa, and a query. */
  const register = async (query = "") => {
    const item = query === "" ? [] : [0x40 + query.length, ...Buffer.from(query)];
    device.send(Buffer.from([0x51, 0x01, 0x00, 0x01, 0xaa, 0x60, 0x51, 0x6e, ...item]), port, "127.0.0.1");
    return next();
  };
  const next = async (): Promise<Notification> => {
    const [bytes] = (await once(device, "message")) as [Buffer];
    if (read(bytes).type === "CON") {
      device.send(Buffer.from([0x60, 0, bytes[2] as number, bytes[3] as number]), port, "127.0.0.1");
    }
    return read(bytes);
  };

  beforeEach(async () => {
    store = new JsonStore();
    port = 0;
    state = "0";
    ends.length = 0;
    device = createSocket("udp4").bind(0, "127.0.0.1");
    await once(device, "listening");
  });
  afterEach(() => {
    device.close();
  });

  it("outlive the process: the client is told with its token, by newer numbers", async () => {
    const first = await boot();
    const registered = await register();
    expect(registered).toMatchObject({ token: "aa", text: "0" });
    await first.app.close();
    expect(ends).toEqual(["closed"]);
    expect(store.texts.size).toBe(1);

    state = "1";
    const told = next();
    const second = await boot();
    const notification = await told;
    expect(notification).toMatchObject({ token: "aa", code: 0x45, text: "1" });
    expect((notification.observe ?? 0) - (registered.observe ?? 0)).toBeGreaterThan(256);
    expect(second.notifier.counters).toMatchObject({ relations: 1, restored: 1, registrations: 0 });
    state = "2";
    const again = next();
    second.notifier.changed("/n");
    expect(await again).toMatchObject({ token: "aa", text: "2", observe: (notification.observe ?? 0) + 1 });
    await second.app.close();
  });

  it("that have ended are not taken up", async () => {
    const first = await boot();
    await register();
    device.send(Buffer.from([0x51, 0x01, 0x00, 0x02, 0xaa, 0x61, 0x01, 0x51, 0x6e]), port, "127.0.0.1");
    await next();
    expect(ends).toEqual(["deregistered"]);
    await first.app.close();
    expect(store.texts.size).toBe(0);
    const second = await boot();
    expect(second.notifier.counters).toMatchObject({ relations: 0, restored: 0 });
    await second.app.close();
  });

  it("whose client resets the first notification are forgotten", async () => {
    const first = await boot();
    await register();
    await first.app.close();
    const second = await boot();
    const [bytes] = (await once(device, "message")) as [Buffer];
    const reset = new Promise<void>((resolve) => {
      const check = () => (ends.includes("reset") ? resolve() : setImmediate(check));
      check();
    });
    device.send(Buffer.from([0x70, 0, bytes[2] as number, bytes[3] as number]), port, "127.0.0.1");
    await reset;
    await second.app.close();
    expect(store.texts.size).toBe(0);
  });

  it("keep their conditions", async () => {
    const first = await boot();
    await register("c.gt=9");
    await first.app.close();
    const told = next();
    const second = await boot();
    expect((await told).text).toBe("0");
    expect(second.notifier.relations()).toMatchObject([{ conditions: { gt: 9 }, path: "/n", token: "aa" }]);
    for (const level of ["1", "2"]) {
      state = level;
      second.notifier.changed("/n");
      await settled();
    }
    const above = next();
    state = "10";
    second.notifier.changed("/n");
    expect((await above).text).toBe("10");
    await second.app.close();
  });

  it("are dropped where the route is gone, or there is no room", async () => {
    const first = await boot();
    await register();
    await first.app.close();
    const kept = new Map(store.texts);
    const ended = next();
    const second = await boot({}, () => undefined);
    expect(await ended).toMatchObject({ type: "CON", token: "aa", code: 0x84, observe: undefined });
    expect(second.notifier.counters).toMatchObject({ relations: 0, restored: 0, ended: 1, notifications: 1 });
    await second.app.close();
    expect(store.texts.size).toBe(0);
    for (const [id, text] of kept) {
      store.texts.set(id, text);
      store.texts.set(`${id}b`, text.replace('"token":"aa"', '"token":"ab"'));
    }
    const told = next();
    const third = await boot({ observers: 1 });
    expect((await told).token).toBe("aa");
    expect(third.notifier.counters).toMatchObject({ relations: 1, restored: 1 });
    await third.app.close();
    expect(store.texts.size).toBe(1);
  });

  it("end with 5.03 where what they observed cannot be observed any more", async () => {
    const first = await boot();
    await register();
    await first.app.close();
    const ended = next();
    const second = await boot({}, (app) => void app.route({ method: "GET", path: "/n", handler: () => state }));
    expect(await ended).toMatchObject({ type: "CON", token: "aa", code: 0xa3, observe: undefined });
    await second.app.close();
    expect(store.texts.size).toBe(0);
  });

  it("stay where they are as long as the store cannot be read", async () => {
    const first = await boot();
    await register();
    await first.app.close();
    const { load } = store;
    store.load = () => Promise.reject(new Error("locked"));
    const second = await boot();
    expect(second.notifier.counters).toMatchObject({ relations: 0, storeFailures: 1 });
    await second.app.close();
    store.load = load;
    const told = next();
    const third = await boot();
    expect(await told).toMatchObject({ token: "aa" });
    await third.app.close();
  });

  it("do not keep an app from starting where one is malformed", async () => {
    store.texts.set("x", JSON.stringify({ id: "x", route: "GET /n", method: 1 }));
    const { app, notifier } = await boot();
    expect(notifier.counters.relations).toBe(0);
    await app.close();
    expect(store.texts.size).toBe(0);
  });
});
