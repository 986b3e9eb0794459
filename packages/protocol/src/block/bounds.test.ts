import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Code } from "../code/code.js";
import type { Clock, Timer } from "../ports/clock.js";
import { Block1Assembler, type Block1AssemblerLimits } from "./block1-assembler.js";
import type { Block1StreamAnswer } from "./block1-stream.js";
import { Block1StreamAssembler } from "./block1-stream-assembler.js";
import { LruStore } from "./lru-store.js";
import { RepresentationStore } from "./representation-store.js";

const KIB = 1024;
const MIB = 1024 * KIB;

async function collect<T>(stream: AsyncIterable<T> | undefined): Promise<T[]> {
  const all: T[] = [];
  for await (const item of stream ?? []) all.push(item);
  return all;
}

class VirtualClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  get pendingTimers(): number {
    return this.#timers.size;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].sort((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#nowMs = next.atMs;
      this.#timers.delete(next);
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}

describe("Block1Assembler at its limits", () => {
  const payload = new Uint8Array(KIB);
  const setUp = (limits: Block1AssemblerLimits = {}) => {
    const clock = new VirtualClock();
    const assembler = new Block1Assembler({ clock, limits });
    const send = (peer: number, name: string, number: number, more = true) =>
      assembler.accept(peer, `${peer}/${name}`, { number, more, szx: 6 }, payload, undefined, 20 * MIB);
    return { clock, assembler, send };
  };

  it("forgets the longest idle body when memory is used up, never one that makes progress", () => {
    const { assembler, send } = setUp();
    for (let number = 0; number < 1000; number++) send(0, "active", number);
    for (let peer = 1; peer <= 40; peer++) {
      for (let number = 0; number < 512; number++) {
        expect(send(peer, "idle", number)).toEqual({ kind: "continue" });
        expect(assembler.counters.uploadBytes).toBeLessThanOrEqual(16 * MIB);
      }
      expect(send(0, "active", 999 + peer)).toEqual({ kind: "continue" });
    }
    const { uploads, evicted } = assembler.counters;
    expect([uploads + evicted, evicted > 0]).toEqual([41, true]);
    expect(send(1, "idle", 512)).toMatchObject({ code: Code.RequestEntityIncomplete });
    expect(send(40, "idle", 512)).toEqual({ kind: "continue" });
    expect(send(0, "active", 1040, false)).toMatchObject({ kind: "complete" });
  });

  it("answers 4.13 for a body that does not fit alone, and evicts nothing for it", () => {
    const { assembler, send } = setUp({ bodiesBytes: 64 * KIB });
    send(1, "small", 0);
    let outcome = send(2, "large", 0);
    for (let number = 1; outcome.kind === "continue"; number++) outcome = send(2, "large", number);
    expect(outcome).toMatchObject({ code: Code.RequestEntityTooLarge, size1: 64 * KIB });
    expect(assembler.counters.uploads + assembler.counters.evicted).toBe(1);
  });

  it("counts keys and bookkeeping, so that many small bodies are bounded too", () => {
    const { assembler } = setUp({ bodiesBytes: MIB });
    const first = { number: 0, more: true, szx: 0 };
    for (let peer = 0; peer < 5000; peer++) {
      assembler.accept(peer, `${peer}`.padEnd(500, "x"), first, new Uint8Array(16), undefined, MIB);
    }
    expect(assembler.counters.uploads).toBeLessThan(MIB / 2000);
    expect(assembler.counters.uploadBytes).toBeLessThanOrEqual(MIB);
  });

  it("forgets a peer's own longest idle body at the limit per peer", () => {
    const { assembler, send } = setUp();
    send(2, "other", 0);
    for (let body = 0; body < 16; body++) send(1, `body ${body}`, 0);
    send(1, "body 0", 1);
    send(1, "body 16", 0);
    expect(assembler.counters).toMatchObject({ uploads: 17, evicted: 1 });
    expect(send(1, "body 1", 1)).toMatchObject({ code: Code.RequestEntityIncomplete });
    expect(send(1, "body 0", 2)).toEqual({ kind: "continue" });
    expect(send(2, "other", 1)).toEqual({ kind: "continue" });
  });

  it("forgets idle bodies with one timer, and keeps none when there is nothing to wait for", () => {
    const { clock, assembler, send } = setUp();
    send(1, "a", 0);
    send(2, "b", 0);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(59_999);
    send(1, "a", 1);
    clock.advance(1);
    expect(assembler.counters).toMatchObject({ uploads: 1, expired: 1 });
    expect(clock.pendingTimers).toBe(1);
    clock.advance(59_998);
    expect(assembler.counters.uploads).toBe(1);
    clock.advance(1);
    expect(assembler.counters).toMatchObject({ uploads: 0, uploadBytes: 0, expired: 2 });
    expect(clock.pendingTimers).toBe(0);
    send(1, "a", 0);
    send(1, "a", 1, false);
    expect(clock.pendingTimers).toBe(0);
  });

  it("forgets a peer, and everything", () => {
    const { clock, assembler, send } = setUp();
    for (const peer of [1, 2]) for (const name of ["a", "b"]) send(peer, name, 0);
    assembler.forgetPeer(1);
    assembler.forgetPeer(9);
    expect(assembler.counters).toMatchObject({ uploads: 2, evicted: 0, expired: 0 });
    expect(send(1, "a", 1)).toMatchObject({ code: Code.RequestEntityIncomplete });
    assembler.clear();
    expect(assembler.counters).toMatchObject({ uploads: 0, uploadBytes: 0 });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("Block1StreamAssembler at its limits", () => {
  const setUp = () => {
    const clock = new VirtualClock();
    const assembler = new Block1StreamAssembler<string>({ clock, limits: { bodies: 3, bodiesPerPeer: 2 } });
    const answers: Block1StreamAnswer<string>[] = [];
    const send = (peer: number, name: string, number: number) => {
      const block = { number, more: true, szx: 0 };
      const payload = new Uint8Array(16).fill(number);
      return assembler.accept(peer, name, block, payload, undefined, MIB, (answer) => answers.push(answer));
    };
    return { clock, assembler, answers, send };
  };

  it("ends the longest idle transfer, for its handler and for its client", async () => {
    const { assembler, answers, send } = setUp();
    const stream = send(1, "a", 0);
    for (const name of ["b", "c", "d"]) send(2, name, 0);
    expect(assembler.counters).toMatchObject({ uploads: 3, evicted: 1 });
    for (const peer of [3, 4]) send(peer, `of ${peer}`, 0);
    expect(assembler.counters).toMatchObject({ uploads: 3, evicted: 3 });
    expect(answers).toContainEqual(expect.objectContaining({ kind: "refused", code: Code.ServiceUnavailable }));
    await expect(collect(stream)).rejects.toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
  });

  it("ends idle transfers, whether the client or the handler is late", async () => {
    const { clock, assembler, answers, send } = setUp();
    const [slowHandler, slowClient] = [send(1, "handler", 0), send(2, "client", 0)];
    const iterator = slowClient?.[Symbol.asyncIterator]();
    await iterator?.next();
    expect(answers).toEqual([{ kind: "continue" }]);
    const waiting = iterator?.next();
    clock.advance(60_000);
    expect(answers.slice(1)).toMatchObject([{ kind: "refused", code: Code.ServiceUnavailable }]);
    await expect(waiting).rejects.toMatchObject({ code: "COAPKIT_ERR_TIMEOUT" });
    await expect(collect(slowHandler)).rejects.toMatchObject({ code: "COAPKIT_ERR_TIMEOUT" });
    expect(assembler.counters).toMatchObject({ uploads: 0, uploadBytes: 0, expired: 2 });
    expect(clock.pendingTimers).toBe(0);
  });

  it("ends the transfers of a peer that is gone", async () => {
    const { assembler, answers, send } = setUp();
    const stream = send(1, "a", 0);
    assembler.forgetPeer(1);
    expect(answers).toEqual([{ kind: "superseded" }]);
    await expect(collect(stream)).rejects.toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
    send(1, "a", 0);
    assembler.clear();
    expect(assembler.counters.uploads).toBe(0);
  });
});

describe("RepresentationStore", () => {
  const setUp = (limits = {}) => {
    const clock = new VirtualClock();
    const dropped: string[] = [];
    const store = new RepresentationStore<string>({ clock, limits, onDrop: (value) => dropped.push(value) });
    return { clock, dropped, store };
  };

  it("keeps a response until it is replaced or deleted", () => {
    const { clock, dropped, store } = setUp();
    expect(store.put(1, "key", "old", 1000)).toBe(true);
    expect(store.put(1, "key", "new", 1000)).toBe(true);
    expect([store.get("key"), store.get("other")]).toEqual(["new", undefined]);
    store.delete("key");
    store.delete("key");
    expect(dropped).toEqual(["old", "new"]);
    expect(store.counters).toMatchObject({ representations: 0, representationBytes: 0, evicted: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it("forgets what was not asked for longest at the limit in bytes", () => {
    const { dropped, store } = setUp();
    for (let peer = 0; peer < 15; peer++) store.put(peer, `${peer}`, `${peer}`, MIB);
    store.get("0");
    store.put(20, "20", "20", MIB);
    expect(dropped).toEqual(["1"]);
    expect(store.put(21, "21", "too large", 16 * MIB)).toBe(false);
    expect(dropped).toEqual(["1", "too large"]);
    expect(store.counters).toMatchObject({ representations: 15, evicted: 1, refused: 1 });
    expect(store.counters.representationBytes).toBeLessThanOrEqual(16 * MIB);
  });

  it("forgets what was not asked for longest at the limit in entries, in all and of a peer", () => {
    const { dropped, store } = setUp({ entries: 4, perPeer: 2 });
    for (const key of ["a", "b", "c"]) store.put(1, key, key, 10);
    expect(dropped).toEqual(["a"]);
    for (const key of ["d", "e", "f"]) store.put(key.charCodeAt(0), key, key, 10);
    expect(dropped).toEqual(["a", "b"]);
    expect(store.counters).toMatchObject({ representations: 4, evicted: 2 });
  });

  it("forgets what nobody asked for during EXCHANGE_LIFETIME: RFC 7959 §2.4", () => {
    const { clock, dropped, store } = setUp();
    for (const key of ["a", "b"]) store.put(1, key, key, 10);
    clock.advance(246_000);
    store.get("a");
    clock.advance(1000);
    expect(dropped).toEqual(["b"]);
    clock.advance(246_000);
    expect(dropped).toEqual(["b", "a"]);
    expect(store.counters).toMatchObject({ representations: 0, expired: 2 });
  });

  it("forgets a peer, and everything", () => {
    const { dropped, store } = setUp();
    for (const peer of [1, 2, 3]) store.put(peer, `${peer}`, `${peer}`, 10);
    store.forgetPeer(2);
    expect(dropped).toEqual(["2"]);
    store.clear();
    expect(dropped).toEqual(["2", "1", "3"]);
  });
});

describe("LruStore", () => {
  it("drops what a plain list would drop, whatever is done to it", () => {
    const operation = fc.record({
      kind: fc.constantFrom("add", "touch", "resize", "remove", "forget", "advance"),
      key: fc.nat(9),
      bytes: fc.nat(800),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const clock = new VirtualClock();
        const dropped: string[] = [];
        const limits = { bytes: 6500, entries: 6, perPeer: 3, idleMs: 1000 };
        const store = new LruStore<string>(clock, limits, (key) => dropped.push(key));
        let model: { key: string; peer: number; cost: number; usedAtMs: number }[] = [];
        const gone: string[] = [];
        const drop = (entry: (typeof model)[number] | undefined) => {
          model = model.filter((other) => other !== entry);
          if (entry !== undefined) gone.push(entry.key);
        };
        const total = () => model.reduce((sum, entry) => sum + entry.cost, 0);
        for (const { kind, key: id, bytes } of operations) {
          const key = `${id}`;
          const peer = id % 3;
          const cost = 1024 + 2 + bytes;
          const entry = store.get(key);
          const known = model.find((other) => other.key === key);
          expect(entry === undefined).toBe(known === undefined);
          if (kind === "add" && entry === undefined) {
            store.add(peer, key, key, bytes);
            const ofPeer = model.filter((other) => other.peer === peer);
            if (ofPeer.length >= 3) drop(ofPeer[0]);
            if (model.length >= 6) drop(model[0]);
            while (total() + cost > 6500) drop(model[0]);
            model.push({ key, peer, cost, usedAtMs: clock.nowMs() });
          } else if (kind === "touch" && entry !== undefined && known !== undefined) {
            store.touch(entry);
            model = [...model.filter((other) => other !== known), { ...known, usedAtMs: clock.nowMs() }];
          } else if (kind === "resize" && entry !== undefined && known !== undefined) {
            expect(store.resize(entry, bytes)).toBe(true);
            model = [...model.filter((other) => other !== known), { ...known, cost, usedAtMs: clock.nowMs() }];
            while (total() > 6500) drop(model[0]);
          } else if (kind === "remove" && entry !== undefined) {
            store.remove(entry);
            store.remove(entry);
            model = model.filter((other) => other !== known);
          } else if (kind === "forget") {
            store.forgetPeer(peer);
            for (const other of model.filter((other) => other.peer === peer)) drop(other);
          } else if (kind === "advance") {
            clock.advance(bytes);
            for (const other of model.filter((other) => other.usedAtMs + 1000 <= clock.nowMs())) drop(other);
          }
          expect([store.size, store.bytes, dropped]).toEqual([model.length, total(), gone]);
          expect(clock.pendingTimers).toBe(model.length > 0 ? 1 : 0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
