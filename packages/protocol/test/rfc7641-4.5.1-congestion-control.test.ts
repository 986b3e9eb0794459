import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import type { ServerExchange } from "../src/exchange/server-exchange.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { ALICE, BOB, only, openServer } from "./support/server-fixture.js";

const REGISTER = [{ number: OptionNumber.Observe, value: 0 }];
const state = (payload: string) => ({ code: Code.Content, contentFormat: 0, options: [], payload });

/** A server with the default parameters, and two clients that observe. */
async function observed() {
  const server = await openServer({ parameters: { nonNotificationIntervalMs: 3_000 } });
  server.onRequest = (exchange) => void exchange.notify(state("0"));
  for (const from of [ALICE, BOB]) server.ask({ options: REGISTER }, from);
  server.takeSent();
  const [alice, bob] = server.exchanges as [ServerExchange, ServerExchange];
  const change = (exchange: ServerExchange, payload: string) => {
    exchange.notify(state(payload));
    return server.takeSent();
  };
  return { server, alice, bob, change };
}

describe("RFC 7641 §4.5.1 congestion control", () => {
  it("sends one NON in 3 s to a client whose round-trip time is not known, and CONs in between", async () => {
    const { server, alice, change } = await observed();
    const types: number[] = [];
    for (let i = 1; i <= 7; i++) {
      const { type, messageId } = only(change(alice, `${i}`));
      types.push(type);
      await server.advance(1_500);
      if (type === Type.CON) server.reply(Type.ACK, messageId); // after 1.5 s: no more often than the interval anyway
    }
    expect(types.filter((type) => type === Type.NON).length).toBeGreaterThanOrEqual(3);
    expect(types.slice(0, 2)).toEqual([Type.NON, Type.CON]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("sends to a client that answers as often as it answers: every change that is a round trip apart", async () => {
    const { server, alice, change } = await observed();
    const texts: string[] = [];
    for (let i = 1; i <= 100; i++) {
      const { type, messageId, text } = only(change(alice, `${i}`));
      texts.push(text);
      await server.advance(20);
      if (type === Type.CON) server.reply(Type.ACK, messageId);
    }
    expect(texts).toEqual(Array.from({ length: 100 }, (_, i) => `${i + 1}`));
    expect(server.counters).toMatchObject({ notifications: 100, notificationsPaced: 1, notificationsSuperseded: 0 });
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("sends to a client that is silent less and less, the newest state each time, and then gives it up", async () => {
    const { server, alice } = await observed();
    const sentBefore = server.sent.length;
    for (let i = 1; i <= 900; i++) {
      alice.notify(state(`${i}`));
      await server.advance(100);
    }
    const sent = server.sent.slice(sentBefore);
    expect(sent).toHaveLength(1 + 5);
    expect(server.counters).toMatchObject({ observers: 1, timedOut: 1 });
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("has one pace for all observations of a client, and none between clients", async () => {
    const { server, alice, bob, change } = await observed();
    server.ask({ token: [7], options: REGISTER });
    const other = server.exchanges[2] as ServerExchange;
    expect([alice, other, bob].map((exchange) => only(change(exchange, "1")).type)).toEqual([
      Type.NON,
      Type.CON,
      Type.NON,
    ]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("does not trust a round-trip time that was measured before a message was lost", async () => {
    const { server, alice, change } = await observed();
    alice.notify(state("1"), true);
    const first = only(server.takeSent());
    await server.advance(20);
    server.reply(Type.ACK, first.messageId);
    expect(only(change(alice, "2")).type).toBe(Type.NON);
    alice.notify(state("3"), true);
    const [sent, again] = await server.advance(2_000);
    expect(again?.bytes).toEqual(sent?.bytes);
    server.reply(Type.ACK, sent?.messageId ?? -1);
    await server.advance(100);
    expect(only(change(alice, "4")).type).toBe(Type.CON);
    await server.endpoint.close();
    await server.expectNoState();
  });
});
