import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOT_IPV4, parseIpv4 } from "./ipv4.js";
import { NO_PEER, PeerDirectory, type PeerId } from "./peer-directory.js";

interface Row {
  key: string;
  seen: boolean;
  pins: number;
}

/** The same directory, with rows in a list, a Map for the search, and a clock hand over the rows. */
class Model {
  readonly rows: Row[] = [];
  readonly byKey = new Map<string, PeerId>();
  readonly evicted: [PeerId, string][] = [];
  #hand = 0;

  constructor(readonly capacity: number) {}

  intern(key: string): PeerId {
    const known = this.byKey.get(key);
    if (known !== undefined) {
      this.row(known).seen = true;
      return known;
    }
    const peer = this.rows.length < this.capacity ? this.rows.length : this.#evict();
    if (peer === NO_PEER) return NO_PEER;
    this.rows[peer] = { key, seen: true, pins: 0 };
    this.byKey.set(key, peer);
    return peer;
  }

  row(peer: PeerId): Row {
    return this.rows[peer] as Row;
  }

  #evict(): PeerId {
    if (this.rows.every(({ pins }) => pins > 0)) return NO_PEER;
    for (;;) {
      const peer = this.#hand;
      const row = this.row(peer);
      this.#hand = (peer + 1) % this.capacity;
      if (row.pins === 0 && !row.seen) {
        this.byKey.delete(row.key);
        this.evicted.push([peer, row.key]);
        return peer;
      }
      if (row.pins === 0) row.seen = false;
    }
  }
}

const addresses = fc.oneof(
  { weight: 4, arbitrary: fc.nat(60).map((last) => `192.0.2.${last}`) },
  { weight: 2, arbitrary: fc.nat(20).map((last) => `2001:db8::${last.toString(16)}`) },
  { weight: 1, arbitrary: fc.constantFrom("0.0.0.0", "255.255.255.255", "fe80::1%eth0", "fe80::1%eth1") },
);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant("intern" as const),
      address: addresses,
      port: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom("pin" as const, "unpin" as const), peer: fc.nat(49) }) },
);

describe("PeerDirectory", () => {
  it("does as a Map with second-chance eviction does", () => {
    let evictions = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(step, { maxLength: 400, size: "max" }),
        (capacity, steps) => {
          const model = new Model(capacity);
          const evicted: [PeerId, string][] = [];
          const directory: PeerDirectory = new PeerDirectory(capacity, (peer) => {
            evicted.push([peer, `${directory.portOf(peer)} ${directory.addressOf(peer)}`]);
          });
          for (const action of steps) {
            if (action.op === "intern") {
              const peer = directory.intern(action.address, action.port);
              expect(peer).toBe(model.intern(`${action.port} ${action.address}`));
              if (peer === NO_PEER) continue;
              expect([directory.addressOf(peer), directory.portOf(peer)]).toEqual([action.address, action.port]);
            } else if (action.peer < model.rows.length) {
              const row = model.row(action.peer);
              if (action.op === "unpin" && row.pins === 0) continue;
              row.pins += action.op === "pin" ? 1 : -1;
              directory[action.op](action.peer);
            }
          }
          expect(evicted).toEqual(model.evicted);
          const pinnedPeers = model.rows.filter(({ pins }) => pins > 0).length;
          expect(directory.counters).toMatchObject({
            peers: model.rows.length,
            pinnedPeers,
            evictedPeers: evicted.length,
          });
          evictions += evicted.length;
          for (const [key, peer] of [...model.byKey]) {
            const [port, address] = key.split(" ");
            expect(directory.intern(address as string, Number(port))).toBe(peer);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(evictions).toBeGreaterThan(1000);
  });

  it("finds every other peer after one of many is taken out of a chain of collisions", () => {
    const evicted: PeerId[] = [];
    const directory = new PeerDirectory(1000, (peer) => evicted.push(peer));
    const address = (i: number) => `10.0.${i >> 8}.${i & 255}`;
    for (let i = 0; i < 1000; i++) expect(directory.intern(address(i), 5683)).toBe(i);
    for (let i = 1000; i < 1500; i++) directory.intern(address(i), 5683);
    expect(evicted).toHaveLength(500);
    const kept = Array.from({ length: 1000 }, (_, i) => i).filter((i) => !evicted.includes(i));
    for (const i of kept) expect(directory.intern(address(i), 5683)).toBe(i);
    expect(directory.counters).toMatchObject({ peers: 1000, evictedPeers: 500 });
  });

  it("gives the place of the one that was not seen since the hand passed", () => {
    const evicted: PeerId[] = [];
    const directory = new PeerDirectory(3, (peer) => evicted.push(peer));
    for (const last of [0, 1, 2, 3]) directory.intern(`10.0.0.${last}`, 1); // the hand clears all, and takes 0
    directory.intern("10.0.0.1", 1);
    directory.intern("10.0.0.4", 1); // 1 was seen: 2 goes
    expect(evicted).toEqual([0, 2]);
  });

  it("has no room while every peer is pinned, and has it again after the last unpin", () => {
    const evicted: PeerId[] = [];
    const directory = new PeerDirectory(2, (peer) => evicted.push(peer));
    const a = directory.intern("10.0.0.1", 1);
    const b = directory.intern("::1", 1);
    directory.pin(a);
    directory.pin(a);
    directory.pin(b);
    expect(directory.intern("10.0.0.3", 1)).toBe(NO_PEER);
    directory.unpin(a);
    expect(directory.intern("10.0.0.3", 1)).toBe(NO_PEER);
    expect(evicted).toEqual([]);
    directory.unpin(a);
    expect(directory.intern("10.0.0.3", 1)).toBe(a);
    expect(directory.intern("::1", 1)).toBe(b);
    expect(evicted).toEqual([a]);
  });

  it("tells ports, families and zones apart", () => {
    const directory = new PeerDirectory(8, () => undefined);
    const peers = [
      directory.intern("10.0.0.1", 1),
      directory.intern("10.0.0.1", 2),
      directory.intern("fe80::1%eth0", 1),
      directory.intern("fe80::1%eth1", 1),
      directory.intern("0.0.0.0", 1),
    ];
    expect(new Set(peers).size).toBe(5);
  });
});

describe("parseIpv4", () => {
  it("gives each address a number of its own", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (a, b) => {
        expect(parseIpv4(a) === parseIpv4(b)).toBe(a === b);
        expect(parseIpv4(a) | 0).toBe(parseIpv4(a));
      }),
    );
    expect([parseIpv4("255.255.255.255"), parseIpv4("0.0.0.1")]).toEqual([-1, 1]);
  });

  it("tells text that is none", () => {
    for (const text of ["", "1.2.3", "1.2.3.4.5", "::1", "::ffff:1.2.3.4", "a.b.c.d", "localhost"]) {
      expect(parseIpv4(text), text).toBe(NOT_IPV4);
    }
  });
});
