import { describe, expect, it } from "vitest";
import type { StoredRelation } from "./observation-store.js";
import { StoreWriter } from "./store-writer.js";

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
    const writer = new StoreWriter(store, logger([]));
    writer.save(relation("a", 1));
    writer.save(relation("b", 1));
    writer.save(relation("a", 2));
    writer.delete("b");
    await writer.idle();
    writer.delete("a");
    writer.save(relation("a", 3));
    await writer.idle();
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
    const writer = new StoreWriter(store, logger(errors));
    writer.save(relation("a"));
    writer.save(relation("b"));
    writer.delete("c");
    await writer.idle();
    expect([saved, writer.failures, errors.length]).toEqual([["b"], 2, 2]);
  });
});
