import { expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import { InterestLostReason } from "../src/exchange/interest-lost-reason.js";
import type { ServerExchange } from "../src/exchange/server-exchange.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { bare, openServer, type ServerFixture } from "./support/server-fixture.js";

const observe = (value: number) => ({ options: [{ number: OptionNumber.Observe, value }] });
const state = { code: Code.Content, contentFormat: 0, options: [], payload: "0" };

/** A registered observer, and why it was lost. */
async function observed() {
  const server = await openServer();
  const reasons: InterestLostReason[] = [];
  server.onRequest = (exchange) => {
    if (!exchange.notify(state)) return exchange.respond(bare(Code.Content));
    if (server.exchanges.length === 1) exchange.onInterestLost((reason) => reasons.push(reason));
  };
  server.ask(observe(0));
  return { server, exchange: server.exchanges[0] as ServerExchange, reasons };
}

type Cause = (server: ServerFixture, exchange: ServerExchange) => unknown;

function rejectNotification(server: ServerFixture, exchange: ServerExchange, confirmable: boolean): void {
  exchange.notify(state, confirmable);
  server.reply(Type.RST, server.takeSent().at(-1)?.messageId as number);
}

const CAUSES: readonly (readonly [InterestLostReason, string, Cause])[] = [
  [
    InterestLostReason.Reset,
    "RST to a CON notification",
    (server, exchange) => rejectNotification(server, exchange, true),
  ],
  [
    InterestLostReason.Reset,
    "RST to a NON notification",
    (server, exchange) => rejectNotification(server, exchange, false),
  ],
  [InterestLostReason.Deregistered, "Observe 1", (server) => server.ask(observe(1))],
  [InterestLostReason.Replaced, "a registration with its token", (server) => server.ask(observe(0))],
  [
    InterestLostReason.Replaced,
    "a registration with its token that is answered without Observe",
    (server) => {
      server.onRequest = (exchange) => exchange.respond(bare(Code.NotFound));
      server.ask(observe(0));
    },
  ],
  [
    InterestLostReason.Timeout,
    "a notification that nobody acknowledges",
    (server, exchange) => {
      exchange.notify(state, true);
      return server.advance(62_000);
    },
  ],
  [
    InterestLostReason.Ended,
    "a notification that is no success",
    (_, exchange) => exchange.notify(bare(Code.NotFound)),
  ],
  [InterestLostReason.Closed, "the endpoint's close", (server) => server.endpoint.close()],
];

it.each(CAUSES)("interest is lost by reason %s after %s", async (reason, _cause, act) => {
  const { server, exchange, reasons } = await observed();
  await act(server, exchange);
  expect(reasons).toEqual([reason]);
  await server.endpoint.close();
  expect(reasons).toHaveLength(1);
  await server.expectNoState();
});
