import { describe, expect, it } from "vitest";
import { MessageIds } from "./message-ids.js";

const LIFETIME_MS = 247_000;
/** IDs for unicast. */
const ALL = 61_440;

function create() {
  const clock = { ms: 0, nowMs: () => clock.ms };
  return { clock, ids: new MessageIds({ peers: 4, random: { fraction: () => 0.5 }, clock, lifetimeMs: LIFETIME_MS }) };
}

function take(ids: MessageIds, count: number, peer = 1): Set<number> {
  return new Set(Array.from({ length: count }, () => ids.next(peer)));
}

describe("MessageIds", () => {
  it("gives each peer all 61,440 before one comes again", () => {
    const { ids } = create();
    expect(take(ids, ALL).size).toBe(ALL);
    expect(take(ids, ALL, 2).size).toBe(ALL);
    expect(ids.reused).toBe(0);
  });

  it("begins elsewhere for each peer", () => {
    const { ids } = create();
    expect(new Set([0, 1, 2, 3].map((peer) => ids.next(peer))).size).toBe(4);
  });

  it.each([0, 0.4, 0.999_999])("has others for groups, wherever it begins: %d", (fraction) => {
    const clock = { nowMs: () => 0 };
    const ids = new MessageIds({ peers: 4, random: { fraction: () => fraction }, clock, lifetimeMs: LIFETIME_MS });
    const unicast = take(ids, ALL);
    const groups = new Set(Array.from({ length: 4_096 }, () => ids.nextForGroup()));
    expect(groups.size).toBe(4_096);
    expect(new Set([...unicast, ...groups]).size).toBe(65_536);
    expect(new Set([...take(ids, ALL, 3), ...groups]).size).toBe(65_536);
  });

  it("counts what comes again within EXCHANGE_LIFETIME, and goes on", () => {
    const { ids, clock } = create();
    const first = ids.next(1);
    take(ids, ALL - 1);
    clock.ms = LIFETIME_MS - 1;
    expect(ids.next(1)).toBe(first);
    take(ids, ALL - 1);
    expect(ids.reused).toBe(ALL - 4_096);
    take(ids, 1);
    expect(ids.reused).toBe(ALL);
  });

  it("counts nothing of what comes again later", () => {
    const { ids, clock } = create();
    take(ids, ALL);
    clock.ms = LIFETIME_MS;
    take(ids, ALL);
    clock.ms = 2 * LIFETIME_MS;
    take(ids, ALL);
    expect(ids.reused).toBe(0);
  });

  it("counts nothing at 240 messages a second, and something at 260", () => {
    for (const [rate, isReused] of [
      [240, false],
      [260, true],
    ] as const) {
      const { ids, clock } = create();
      for (let second = 0; second < 1_000; second++, clock.ms += 1_000) take(ids, rate);
      expect(ids.reused > 0).toBe(isReused);
    }
  });

  it("does not hold against a peer what one before it was sent", () => {
    const { ids } = create();
    take(ids, ALL);
    ids.forgetPeer(1);
    take(ids, ALL / 2);
    expect(ids.reused).toBe(0);
  });
});
