import { VirtualClock } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import type { StoredRelation } from "./observation-store.js";
import { STORE_TIMEOUT_MS, StoreWriter } from "./store-writer.js";

const relation = (id: string, sequence = 1): StoredRelation => ({
  id,
  sequence,
  peer: { scheme: "coap", address: "192.0.2.1", port: 1 },
  route: "r",
  method: 1,
  token: "",
  options: [],
  payload: "",
});
const settings = (errors: unknown[] = [], clock = new VirtualClock(), limit = 10) => ({
  log: logger(errors),
  clock,
  limit,
});
const logger = (errors: unknown[]) => ({
  isLevelEnabled: () => true,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields: unknown) => void errors.push(fields),
});

describe("StoreWriter", () => {
  it("writes one after the other, and of each relation only the newest state", async () => {
    const calls: string[] = [];
    let isBusy = false;
    const slowly = async (what: string) => {
      expect(isBusy).toBe(false);
      isBusy = true;
      await undefined;
      isBusy = false;
      calls.push(what);
    };
    const store = {
      save: ({ id, sequence }: StoredRelation) => slowly(`save ${id} ${sequence}`),
      delete: (id: string) => slowly(`delete ${id}`),
      load: () => [],
    };
    const writer = new StoreWriter(store, settings());
    writer.save(relation("a", 1));
    writer.save(relation("b", 1));
    writer.save(relation("a", 2));
    writer.delete("b");
    await writer.close();
    writer.delete("a");
    writer.save(relation("a", 3));
    await writer.close();
    expect(calls).toEqual(["save a 2", "delete b", "save a 3"]);
  });

  it("logs and counts what fails, and goes on", async () => {
    const errors: unknown[] = [];
    const saved: string[] = [];
    const store = {
      save: ({ id }: StoredRelation) => {
        if (id === "a") throw new Error("disk full");
        saved.push(id);
      },
      delete: async () => Promise.reject(new Error("gone")),
      load: () => [],
    };
    const writer = new StoreWriter(store, settings(errors));
    writer.save(relation("a"));
    writer.save(relation("b"));
    writer.delete("c");
    await writer.close();
    expect([saved, writer.failures, errors.length]).toEqual([["b"], 2, 2]);
  });

  it("gives up a call that is not answered, and goes on with the others", async () => {
    const clock = new VirtualClock();
    const errors: unknown[] = [];
    const saved: string[] = [];
    const never = new Promise<void>(() => undefined);
    const save = ({ id }: StoredRelation) => (id === "a" ? never : Promise.resolve().then(() => void saved.push(id)));
    const store = { save, delete: () => undefined, load: () => [] };
    const writer = new StoreWriter(store, settings(errors, clock));
    writer.save(relation("a"));
    writer.save(relation("b"));
    await clock.advance(STORE_TIMEOUT_MS - 1);
    expect(saved).toEqual([]);
    await clock.advance(1);
    await writer.close();
    expect([saved, writer.failures, errors.length, clock.pendingTimers]).toEqual([["b"], 1, 1, 0]);
  });

  it("holds no more than its limit, and keeps nobody from closing, where nothing is answered", async () => {
    const clock = new VirtualClock();
    const asked: string[] = [];
    const hang = (id: string) => {
      asked.push(id);
      return new Promise<void>(() => undefined);
    };
    const store = { save: ({ id }: StoredRelation) => hang(id), delete: hang, load: () => [] };
    const writer = new StoreWriter(store, settings([], clock, 3));
    writer.save(relation("first"));
    await clock.advance(0);
    for (const id of "abcde") writer.save(relation(id));
    writer.delete("c");
    expect(writer.failures).toBe(2);
    const closed = writer.close();
    await clock.advance(STORE_TIMEOUT_MS);
    await closed;
    expect([asked, writer.failures, clock.pendingTimers]).toEqual([["first"], 6, 0]);
  });
});
