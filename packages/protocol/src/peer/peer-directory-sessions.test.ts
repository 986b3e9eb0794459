import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_PEER, PeerDirectory, type PeerId } from "./peer-directory.js";

const step = fc.record({
  op: fc.constantFrom(
    "session" as const,
    "address" as const,
    "pin" as const,
    "unpin" as const,
    "end" as const,
    "move" as const,
  ),
  which: fc.nat(9),
});

describe("PeerDirectory with sessions", () => {
  it("keeps the numbers of sessions and addresses apart, and those of pinned peers, whatever moves and ends", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(step, { maxLength: 120, size: "max" }),
        (capacity, steps) => {
          const pins = new Map<PeerId, number>();
          const sessions = new Map<number, PeerId>();
          const ended = new Set<PeerId>();
          const directory: PeerDirectory = new PeerDirectory(capacity, (peer) => {
            expect(pins.get(peer) ?? 0).toBe(0);
            ended.delete(peer);
            for (const [session, other] of sessions) if (other === peer) sessions.delete(session);
          });
          for (const { op, which } of steps) {
            if (op === "address") {
              const peer = directory.intern("10.0.0.1", 1_000 + which);
              if (peer === NO_PEER) continue;
              expect(directory.sessionOf(peer)).toBe(0);
              expect([...sessions.values(), ...ended]).not.toContain(peer);
              expect([directory.addressOf(peer), directory.portOf(peer)]).toEqual(["10.0.0.1", 1_000 + which]);
            } else if (op === "session") {
              const known = sessions.get(which + 1);
              const peer = directory.internSession(which + 1, "10.0.0.1", 1_000 + which);
              if (known !== undefined) expect(peer).toBe(known);
              if (peer === NO_PEER) continue;
              expect(ended).not.toContain(peer);
              expect(directory.sessionOf(peer)).toBe(which + 1);
              sessions.set(which + 1, peer);
            } else if (op === "end") {
              const peer = sessions.get(which + 1);
              if (peer === undefined) continue;
              sessions.delete(which + 1);
              if ((pins.get(peer) ?? 0) > 0) ended.add(peer);
              directory.endSession(peer);
              expect(directory.sessionOf(peer)).toBe(0);
            } else if (op === "move") {
              const peer = sessions.get(which + 1);
              if (peer === undefined) continue;
              directory.move(peer, "2001:db8::1", which);
              expect([directory.addressOf(peer), directory.portOf(peer)]).toEqual(["2001:db8::1", which]);
            } else {
              const peer = [...sessions.values(), ...ended][which];
              if (peer === undefined) continue;
              const count = pins.get(peer) ?? 0;
              if (op === "pin" && !ended.has(peer)) {
                pins.set(peer, count + 1);
                directory.pin(peer);
              } else if (op === "unpin" && count > 0) {
                pins.set(peer, count - 1);
                directory.unpin(peer);
              }
            }
            expect(directory.counters.sessions).toBe(sessions.size);
            expect(directory.counters.pinnedPeers).toBe([...pins.values()].filter((count) => count > 0).length);
            for (const peer of ended) expect(directory.hasEnded(peer)).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("does not move or end a peer that is known by its address", () => {
    const directory = new PeerDirectory(2, () => undefined);
    const peer = directory.intern("10.0.0.1", 1);
    directory.move(peer, "10.0.0.2", 2);
    directory.endSession(peer);
    expect(directory.intern("10.0.0.1", 1)).toBe(peer);
    expect(directory.hasEnded(peer)).toBe(false);
  });

  it("tells of the end while the peer is pinned and its session known, and frees its number afterwards", () => {
    const told: unknown[] = [];
    const directory: PeerDirectory = new PeerDirectory(
      2,
      (peer) => told.push(["forgotten", directory.sessionOf(peer)]),
      (peer) => told.push(["ended", directory.sessionOf(peer), directory.counters.pinnedPeers]),
    );
    const peer = directory.internSession(7, "10.0.0.1", 1);
    directory.endSession(peer);
    directory.endSession(peer);
    expect(told).toEqual([
      ["ended", 7, 1],
      ["forgotten", 0],
    ]);
    expect(directory.counters).toMatchObject({ peers: 0, sessions: 0, endedSessions: 1, evictedPeers: 0 });
    expect(directory.internSession(8, "10.0.0.1", 1)).toBe(peer);
  });
});
