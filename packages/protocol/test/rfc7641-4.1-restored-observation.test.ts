import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import type { ImmediateResponse } from "../src/exchange/outgoing-response.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { ALICE, openServer, type ServerFixture } from "./support/server-fixture.js";
import { observeOf, type WireMessage } from "./support/wire.js";

const OBSERVE = { number: OptionNumber.Observe, value: 0 };
const PATH = { number: OptionNumber.UriPath, value: "n" };

function state(payload: string): ImmediateResponse {
  return { code: Code.Content, contentFormat: 0, options: [], payload };
}

const restore = (server: ServerFixture, token: number, options = [OBSERVE, PATH], port = 40_000) =>
  server.endpoint.restoreObservation({
    address: "192.0.2.1",
    port,
    method: Code.GET,
    token: Uint8Array.of(token),
    options,
    payload: new Uint8Array(0),
    sequence: 0x1_0007,
  });

const lastOf = (server: ServerFixture) => server.takeSent().at(-1) as WireMessage;

describe("an observation from before a restart (RFC 7641 §4.1)", () => {
  it("is told with its token, from its sequence on, and ends like any other", async () => {
    const server = await openServer();
    const exchange = await restore(server, 7);
    const reasons: string[] = [];
    exchange?.onInterestLost((reason) => reasons.push(reason));
    expect(exchange?.request.options.strings(OptionNumber.UriPath)).toEqual(["n"]);
    expect(exchange?.request.peer.address).toBe("192.0.2.1");
    expect(server.takeSent()).toEqual([]);
    expect(exchange?.notify(state("1"))).toBe(true);
    expect(server.sent.at(-1)?.to).toBe(ALICE);
    const first = lastOf(server);
    expect(first).toMatchObject({ type: Type.NON, code: Code.Content, token: [7], text: "1" });
    expect(observeOf(first)).toBe(0x1_0007);
    exchange?.notify(state("2"), true);
    const second = lastOf(server);
    expect([second.type, observeOf(second)]).toEqual([Type.CON, 0x1_0008]);
    server.receive({ type: Type.RST, code: 0, token: [], messageId: second.messageId });
    expect(reasons).toEqual(["reset"]);
    expect(exchange?.notify(state("3"))).toBe(false);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("answers nothing", async () => {
    const server = await openServer();
    const exchange = await restore(server, 7);
    exchange?.respond(state("late"));
    exchange?.ignore();
    expect(server.takeSent()).toEqual([]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("is replaced by a registration with its token, which goes on counting", async () => {
    const server = await openServer();
    const exchange = await restore(server, 7);
    const reasons: string[] = [];
    exchange?.onInterestLost((reason) => reasons.push(reason));
    server.onRequest = (registered) => void registered.notify(state("new"));
    const answer = server.ask({ token: [7], options: [OBSERVE, PATH] });
    expect([observeOf(answer), reasons, server.counters.observers]).toEqual([0x1_0007, ["replaced"], 1]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("is not taken up beyond the limits, nor without Observe 0", async () => {
    const server = await openServer({ limits: { observersPerPeer: 1 } });
    expect(await restore(server, 1)).toBeDefined();
    expect(await restore(server, 2)).toBeUndefined();
    expect(await restore(server, 3, [PATH], 40_001)).toBeUndefined();
    expect(server.counters).toMatchObject({ observers: 1, observersRefused: 1 });
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("whose options no message can carry is refused", async () => {
    const server = await openServer();
    const huge = { number: OptionNumber.UriPath, value: new Uint8Array(70_000) };
    await expect(restore(server, 1, [OBSERVE, huge as never])).rejects.toMatchObject({
      code: "COAPKIT_ERR_OPTION_VALUE",
    });
    await server.endpoint.close();
    await server.expectNoState();
  });
});
