import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenExchanges } from "./open-exchanges.js";
import type { ServerExchange } from "./server-exchange.js";

/** What the table looks at of an exchange. */
function exchangeOf(peerId: number, messageId: number): ServerExchange {
  return { request: { peerId, messageId }, nextOpen: undefined } as unknown as ServerExchange;
}

describe("OpenExchanges", () => {
  it("finds the latest exchange of a message", () => {
    const open = new OpenExchanges();
    const [older, newer] = [exchangeOf(7, 9), exchangeOf(7, 9)];
    open.add(older);
    open.add(newer);
    expect(open.find(7, 9)).toBe(newer);
    open.delete(newer);
    expect(open.find(7, 9)).toBe(older);
    open.delete(older);
    expect([open.find(7, 9), open.size]).toEqual([undefined, 0]);
  });

  it("tells peers and message IDs apart", () => {
    const open = new OpenExchanges();
    const exchange = exchangeOf(1, 2);
    open.add(exchange);
    expect([open.find(2, 1), open.find(1, 1), open.find(65_537, 2)]).toEqual([undefined, undefined, undefined]);
    open.delete(exchangeOf(1, 2));
    expect(open.find(1, 2)).toBe(exchange);
  });

  it("spreads the message IDs of one peer, and one message ID of many peers", () => {
    for (const spread of [(i: number) => exchangeOf(5, i), (i: number) => exchangeOf(i, 5)]) {
      const open = new OpenExchanges();
      const all = Array.from({ length: 65_536 }, (_, i) => spread(i));
      for (const exchange of all) open.add(exchange);
      let longest = 0;
      for (const exchange of all) longest = Math.max(longest, chainLength(exchange));
      expect(longest).toBeLessThan(4 * (65_536 / 1_024));
    }
  });

  it("holds what a set holds", () => {
    const message = fc.record({ peer: fc.nat(3), id: fc.nat(70_000), deletes: fc.option(fc.nat(30)) });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
        const open = new OpenExchanges();
        const model = new Set<ServerExchange>();
        const made: ServerExchange[] = [];
        for (const { peer, id, deletes } of messages) {
          const exchange = exchangeOf(peer, id);
          made.push(exchange);
          open.add(exchange);
          model.add(exchange);
          const victim = deletes === null ? undefined : made[deletes];
          if (victim === undefined) continue;
          open.delete(victim);
          model.delete(victim);
        }
        expect(open.size).toBe(model.size);
        expect(new Set(open.all())).toEqual(model);
      }),
    );
  });
});

function chainLength(first: ServerExchange): number {
  let length = 0;
  for (let at: ServerExchange | undefined = first; at !== undefined; at = at.nextOpen) length++;
  return length;
}
