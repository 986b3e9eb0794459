import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ServerExchange } from "../exchange/server-exchange.js";
import type { Relation } from "./relation.js";
import { RelationTable } from "./relation-table.js";

const LIMITS = { observers: 6, observersPerPeer: 3 };

/** As much of an exchange as the table looks at. */
function exchangeOf(peerId: number, token: readonly number[]): ServerExchange {
  return { request: { peerId, token: Uint8Array.from(token) } } as unknown as ServerExchange;
}

const step = fc.record({
  op: fc.constantFrom("register" as const, "register" as const, "remove" as const, "non" as const),
  peer: fc.nat(3),
  token: fc.constantFrom([], [0], [0, 0], [1], [255]),
  messageId: fc.nat(12),
});

describe("RelationTable", () => {
  it("does as a Map by peer and token does, within its limits", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => {
        const table = new RelationTable(LIMITS, 0);
        const model = new Map<string, Relation>();
        const byNon = new Map<string, Relation>();
        for (const { op, peer, token, messageId } of steps) {
          const key = `${peer} ${token}`;
          const known = model.get(key);
          const ofPeer = [...model.values()].filter((relation) => relation.peer === peer);
          if (op === "register") {
            const result = table.register(exchangeOf(peer, token), 5);
            const hasRoom =
              known !== undefined || (model.size < LIMITS.observers && ofPeer.length < LIMITS.observersPerPeer);
            expect(result !== undefined).toBe(hasRoom);
            if (result === undefined) continue;
            expect(result.replaced).toBe(known);
            if (known !== undefined) forget(byNon, known);
            model.set(key, result.relation);
          } else if (known === undefined) {
            expect(table.get(peer, Uint8Array.from(token))).toBeUndefined();
          } else if (op === "remove") {
            expect(table.remove(known)).toBe(true);
            expect(table.remove(known)).toBe(false);
            model.delete(key);
            forget(byNon, known);
          } else {
            table.rememberNon(known, messageId);
            byNon.set(`${peer} ${messageId}`, known);
          }
          expect(table.size).toBe(model.size);
          for (const relation of model.values()) expect(table.has(relation)).toBe(true);
          expect(new Set(table.all())).toEqual(new Set(model.values()));
          for (let id = 0; id <= 12; id++) {
            const found = table.ofNon(peer, id);
            if (found !== undefined) expect(byNon.get(`${peer} ${id}`)).toBe(found);
          }
        }
        for (const relation of table.all()) table.remove(relation);
        for (let id = 0; id <= 12; id++)
          for (let peer = 0; peer < 4; peer++) expect(table.ofNon(peer, id)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it("knows the last NON notifications of a relation by their message IDs, and forgets older ones", () => {
    const table = new RelationTable(LIMITS, 0);
    const relation = table.register(exchangeOf(1, [1]), 0)?.relation as Relation;
    for (let id = 0; id < 10; id++) table.rememberNon(relation, id);
    expect([5, 6, 7, 8, 9].map((id) => table.ofNon(1, id))).toEqual([
      undefined,
      relation,
      relation,
      relation,
      relation,
    ]);
    expect(table.ofNon(2, 9)).toBeUndefined();
  });

  it("goes on counting for a relation that replaces another, and counts refusals", () => {
    const table = new RelationTable({ observers: 1, observersPerPeer: 1 }, 0);
    const first = table.register(exchangeOf(1, [1]), 0)?.relation as Relation;
    first.sequence = 40;
    expect(table.register(exchangeOf(1, [1]), 9)?.relation).toMatchObject({ sequence: 40, confirmedMs: 9 });
    expect(table.register(exchangeOf(2, [1]), 0)).toBeUndefined();
    expect(table.refused).toBe(1);
    expect(table.ofPeer(1)).toHaveLength(1);
    expect(table.ofPeer(2)).toEqual([]);
  });
});

function forget(byNon: Map<string, Relation>, relation: Relation): void {
  for (const [key, other] of byNon) if (other === relation) byNon.delete(key);
}
