import { Code, Endpoint, type ServerExchange } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { seededRandom } from "@coapkit/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { appWith } from "./support/apps.js";
import { KNOWN, makeTransport } from "./support/make-transport.js";
import { Nat } from "./support/nat.js";
import { systemClock } from "./support/system-clock.js";

const state = (payload: string) => ({ code: Code.Content, contentFormat: 0, options: [], payload });

describe("an observation over a session with a connection ID", () => {
  it("goes on after a NAT has given the client another port", async () => {
    const observed: ServerExchange[] = [];
    const lost: string[] = [];
    const endpoint = new Endpoint({
      transport: makeTransport(udpTransport({ host: "127.0.0.1" }), KNOWN, { clock: systemClock }),
      clock: systemClock,
      random: seededRandom(1),
      onRequest: (exchange) => {
        if (!exchange.notify(state("first"))) return exchange.respond(state("plain"));
        observed.push(exchange);
        exchange.onInterestLost((reason) => lost.push(reason));
      },
    });
    onTestFinished(() => endpoint.close());
    const { port } = await endpoint.open();
    const nat = await Nat.inFrontOf(port);
    const app = await appWith({ client: KNOWN.client });
    await app.ready();
    const { client } = app;
    const uri = `coaps://127.0.0.1:${nat.port}/state`;
    const replies = client.observe(uri)[Symbol.asyncIterator]();
    const next = async () => Buffer.from((await replies.next()).value?.payload ?? []).toString();
    expect(await next()).toBe("first");
    const exchange = observed[0] as ServerExchange;
    const { key, port: before } = exchange.request.peer;
    expect(before).toBe(nat.publicPort);

    await nat.rebind();
    expect(Buffer.from((await client.get(uri)).payload).toString()).toBe("plain");
    exchange.notify(state("second"), true);
    expect(await next()).toBe("second");
    expect(exchange.request.peer).toMatchObject({ key, port: nat.publicPort, principal: { name: "device-1" } });
    expect(exchange.request.peer.port).not.toBe(before);
    expect(lost).toEqual([]);
    expect(endpoint.counters).toMatchObject({ observers: 1 });
    await replies.return?.();
  });

  it("ends with its session", async () => {
    const lost: string[] = [];
    let interestLost: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      interestLost = resolve;
    });
    const endpoint = new Endpoint({
      transport: makeTransport(udpTransport({ host: "127.0.0.1" }), KNOWN, { clock: systemClock }),
      clock: systemClock,
      random: seededRandom(1),
      onRequest: (exchange) => {
        exchange.notify(state("first"));
        exchange.onInterestLost((reason) => {
          lost.push(`${reason} ${exchange.request.peer.principal?.name}`);
          interestLost();
        });
      },
    });
    onTestFinished(() => endpoint.close());
    const { port } = await endpoint.open();
    const app = await appWith({ client: KNOWN.client });
    await app.ready();
    const observation = app.client.observe(`coaps://127.0.0.1:${port}/state`);
    await observation[Symbol.asyncIterator]().next();
    await app.close();
    await over;
    expect(lost).toEqual([expect.stringMatching(/^(session-ended|deregistered) device-1$/)]);
    expect(endpoint.counters).toMatchObject({ observers: 0, sessions: 0 });
  });
});
