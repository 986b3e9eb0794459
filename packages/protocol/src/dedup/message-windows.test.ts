import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageWindows, NO_REPLY, Remembered } from "./message-windows.js";

const LIFETIME_S = 247;
const AMPLE_BYTES = 8 * 65_536 * 16 * 2;

interface Entry {
  fingerprint: number;
  arrivedS: number;
  state: Remembered;
  reply: number;
}

const PEERS = 4;
const step = fc.record({
  op: fc.constantFrom("admit" as const, "admit" as const, "settle" as const, "forget" as const),
  peer: fc.nat(PEERS - 1),
  messageId: fc.oneof(fc.nat(40), fc.constantFrom(65_535, 65_519, 32_768, 16_384, 4_096), fc.nat(65_535)),
  fingerprint: fc.nat(2),
  state: fc.constantFrom(Remembered.Acknowledged, Remembered.Replied),
  reply: fc.nat(1_000),
  passS: fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(200) }),
});

describe("MessageWindows", () => {
  it("does as a Map with lifetimes does while the budget lasts", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
        const windows = new MessageWindows(PEERS, AMPLE_BYTES, LIFETIME_S);
        const model = new Map<string, Entry>();
        let nowS = 5;
        for (const { op, peer, messageId, fingerprint, state, reply, passS } of steps) {
          nowS += passS;
          const key = `${peer} ${messageId}`;
          const known = model.get(key);
          if (op === "forget" && passS === 0) {
            windows.forgetPeer(peer);
            for (const other of model.keys()) if (other.startsWith(`${peer} `)) model.delete(other);
          } else if (op === "settle" && known !== undefined && nowS - known.arrivedS <= LIFETIME_S) {
            windows.settle(peer, messageId, fingerprint, state, reply);
            if (known.fingerprint === fingerprint) Object.assign(known, { state, reply });
          } else if (op === "admit") {
            const found = windows.admit(peer, messageId, fingerprint, nowS);
            const isKnown = known?.fingerprint === fingerprint && nowS - known.arrivedS <= LIFETIME_S;
            expect(found).toBe(isKnown ? known.state : Remembered.New);
            if (isKnown) expect(windows.foundReply).toBe(known.reply);
            else model.set(key, { fingerprint, arrivedS: nowS, state: Remembered.Pending, reply: NO_REPLY });
          }
        }
        expect(windows.counters.forgottenEarly).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("grows to all 65,536 message IDs, and then remembers exactly", () => {
    const windows = new MessageWindows(2, AMPLE_BYTES, LIFETIME_S);
    for (let id = 0; id < 65_536; id++) expect(windows.admit(0, id, id, 1)).toBe(Remembered.New);
    for (let id = 0; id < 65_536; id++) {
      expect(windows.admit(0, id, id, 2)).toBe(Remembered.Pending);
      windows.settle(0, id, id, Remembered.Replied, id);
    }
    for (let id = 0; id < 65_536; id += 257) {
      expect(windows.admit(0, id, id, 3)).toBe(Remembered.Replied);
      expect(windows.foundReply).toBe(id);
    }
    expect(windows.counters.forgottenEarly).toBe(0);
  });

  it("overwrites the oldest once the budget is used up, counts it, and holds the last 16 at least", () => {
    const windows = new MessageWindows(2, 0, LIFETIME_S);
    for (let id = 0; id < 100; id++) windows.admit(0, id, 7, 1);
    expect(windows.counters.forgottenEarly).toBe(84);
    expect(windows.forgotUnfinished).toBe(true);
    for (let id = 84; id < 100; id++) expect(windows.admit(0, id, 7, 1)).toBe(Remembered.Pending);
    expect(windows.admit(0, 83, 7, 1)).toBe(Remembered.New);
  });

  it("does not say that anything unfinished was forgotten when all was replied to", () => {
    const windows = new MessageWindows(1, 0, LIFETIME_S);
    for (let id = 0; id < 100; id++) {
      windows.admit(0, id, 7, 1);
      windows.settle(0, id, 7, Remembered.Replied, 0);
    }
    expect(windows.counters.forgottenEarly).toBeGreaterThan(0);
    expect(windows.forgotUnfinished).toBe(false);
  });

  it("lets no peer push out another's messages, and gives each its base window whatever others use", () => {
    const windows = new MessageWindows(3, 64 * 16, LIFETIME_S);
    for (let id = 0; id < 16; id++) windows.admit(1, id, 1, 1);
    for (let id = 0; id < 5_000; id++) windows.admit(0, id, 2, 1);
    for (let id = 0; id < 16; id++) windows.admit(2, id, 3, 1);
    for (let id = 0; id < 16; id++) {
      expect(windows.admit(1, id, 1, 1)).toBe(Remembered.Pending);
      expect(windows.admit(2, id, 3, 1)).toBe(Remembered.Pending);
    }
  });

  it("counts what it remembers", () => {
    const windows = new MessageWindows(2, 64 * 16, LIFETIME_S);
    for (let id = 0; id < 5; id++) for (let copy = 0; copy < 3; copy++) windows.admit(0, id, 1, 10);
    for (let id = 0; id < 20; id++) windows.admit(1, id, 1, 10);
    expect(windows.counters.rememberedMessages).toBe(25);
    windows.forgetPeer(0);
    expect(windows.counters.rememberedMessages).toBe(20);
    windows.forgetPeer(1);
    windows.forgetPeer(1);
    expect(windows.counters.rememberedMessages).toBe(0);
  });

  it("takes back grown windows in which nothing is alive when another needs their room", () => {
    const windows = new MessageWindows(3, 32 * 16, LIFETIME_S);
    for (let id = 0; id < 32; id++) windows.admit(0, id, 1, 10);
    for (let id = 0; id < 17; id++) windows.admit(1, id, 1, 10 + LIFETIME_S);
    expect(windows.counters).toEqual({ rememberedMessages: 32 + 16, forgottenEarly: 1, windowsReclaimed: 0 });
    for (let id = 0; id < 32; id++) windows.admit(1, id + 128, 1, 11 + LIFETIME_S);
    expect(windows.counters).toMatchObject({ rememberedMessages: 32, windowsReclaimed: 1 });
    for (let id = 16; id < 32; id++) expect(windows.admit(1, id + 128, 1, 12 + LIFETIME_S)).toBe(Remembered.Pending);
    for (let id = 0; id < 16; id++) expect(windows.admit(0, id, 1, 12 + LIFETIME_S)).toBe(Remembered.New);
  });

  it("takes other content under a message ID for a new message", () => {
    const windows = new MessageWindows(1, 0, LIFETIME_S);
    windows.admit(0, 5, 1, 1);
    windows.settle(0, 5, 1, Remembered.Replied, 88);
    expect(windows.admit(0, 5, 2, 1)).toBe(Remembered.New);
    windows.settle(0, 5, 1, Remembered.Replied, 99);
    expect(windows.admit(0, 5, 2, 1)).toBe(Remembered.Pending);
  });

  it("remembers for the lifetime that the message has", () => {
    const windows = new MessageWindows(1, 0, LIFETIME_S);
    windows.admit(0, 5, 1, 0, 145);
    expect(windows.admit(0, 5, 1, 145, 145)).toBe(Remembered.Pending);
    expect(windows.admit(0, 5, 1, 146, 145)).toBe(Remembered.New);
    expect(windows.admit(0, 5, 1, 146 + LIFETIME_S)).toBe(Remembered.Pending);
    expect(windows.admit(0, 5, 1, 147 + LIFETIME_S)).toBe(Remembered.New);
  });
});
