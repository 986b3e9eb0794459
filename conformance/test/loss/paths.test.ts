import { Code, isCoapkitError, Method, type ServerExchange } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { textBody } from "../support/body.js";
import { LossyWorld, type Station } from "../support/lossy-world.js";

const LATENCY = { latencyMs: 20 };
/** MAX_TRANSMIT_WAIT. RFC 7252 §4.8.2. */
const MAX_TRANSMIT_WAIT_MS = 93_000;

function ok(exchange: ServerExchange): void {
  exchange.respond({ code: Code.Changed, contentFormat: undefined, options: [], payload: exchange.request.peer.key });
}

async function ask(world: LossyWorld, { endpoint }: Station, payload = ""): Promise<string> {
  try {
    for await (const response of endpoint.request({ ...world.at(), method: Method.POST, payload }))
      return response.code === Code.Changed ? new TextDecoder().decode(response.payload) : `${response.code}`;
    return "silence";
  } catch (error) {
    return isCoapkitError(error) ? error.code : String(error);
  }
}

describe("a NAT that gives a client another port", () => {
  it("costs nothing between exchanges: the server sees another peer", async () => {
    const world = new LossyWorld(1, LATENCY);
    await world.serve(ok);
    const client = await world.client();
    const before = await world.settle(ask(world, client));
    world.network.rebind(client.transport, 40_000);
    expect([before, await world.settle(ask(world, client))]).toEqual(["10.0.1.1:49152", "10.0.1.1:40000"]);
    await world.end();
  });

  it("never lets the blocks of one body become part of another", async () => {
    const world = new LossyWorld(1, LATENCY);
    const bodies: string[] = [];
    await world.serve((exchange) => {
      bodies.push(new TextDecoder().decode(exchange.request.payload));
      ok(exchange);
    });
    const client = await world.client();
    const upload = ask(world, client, textBody(20_000));
    await world.clock.advance(200);
    world.network.rebind(client.transport, 40_000);
    const outcome = await world.settle(upload);
    // Blocks from another address belong to no body: the server has to answer 4.08. RFC 7959 §2.5, §2.9.2
    const isRefused = outcome === `${Code.RequestEntityIncomplete}`;
    expect(isRefused || outcome === "10.0.1.1:40000", outcome).toBe(true);
    expect(bodies).toEqual(isRefused ? [] : [textBody(20_000)]);
    await world.end();
  });

  it("ends an observation at the server, and a new registration mends it", async () => {
    const world = new LossyWorld(1, LATENCY);
    const exchanges = new Set<ServerExchange>();
    const state = (payload: string) => ({ code: Code.Content, contentFormat: 0, options: [], payload });
    let current = "0";
    await world.serve((exchange) => {
      if (!exchange.notify(state(current))) return exchange.respond(state(current));
      exchanges.add(exchange);
      exchange.onInterestLost(() => exchanges.delete(exchange));
    });
    const { endpoint, transport } = await world.client();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { payload } of endpoint.request({ ...world.at(), method: Method.GET, observe: true })) {
        seen.push(new TextDecoder().decode(payload));
        if (seen.at(-1) === "2") return;
      }
    })();
    await world.clock.advance(1_000);
    world.network.rebind(transport, 40_000);
    current = "1";
    for (const exchange of exchanges) exchange.notify(state(current), true);
    await world.clock.advance(MAX_TRANSMIT_WAIT_MS + 1_000);
    expect(exchanges.size, "the old relation has timed out, the new one is there").toBe(1);
    current = "2";
    for (const exchange of exchanges) exchange.notify(state(current), true);
    await world.settle(watching);
    expect(seen).toEqual(["0", "1", "2"]);
    await world.end();
  });
});

describe("a partition", () => {
  it("that heals within MAX_TRANSMIT_SPAN costs no exchange", async () => {
    const world = new LossyWorld(1, LATENCY);
    await world.serve(ok);
    const client = await world.client();
    world.network.partition(world.serverAddress);
    const asked = ask(world, client);
    await world.clock.advance(20_000);
    world.network.heal();
    expect(await world.settle(asked)).toBe("10.0.1.1:49152");
    await world.end();
  });

  it("that lasts ends requests with a TimeoutError after MAX_TRANSMIT_WAIT at the latest, and not for ever", async () => {
    const world = new LossyWorld(1, LATENCY);
    let runs = 0;
    await world.serve((exchange) => {
      runs++;
      ok(exchange);
    });
    const client = await world.client();
    world.network.partition(world.serverAddress);
    expect(await world.settle(ask(world, client))).toBe("COAPKIT_ERR_TIMEOUT");
    expect(world.clock.nowMs()).toBeLessThanOrEqual(MAX_TRANSMIT_WAIT_MS);
    world.network.heal();
    expect(await world.settle(ask(world, client))).toBe("10.0.1.1:49152");
    expect(runs).toBe(1);
    await world.end();
  });

  it("in which only answers are lost runs the handler once", async () => {
    const world = new LossyWorld(1, LATENCY);
    let runs = 0;
    await world.serve((exchange) => {
      runs++;
      ok(exchange);
    });
    const client = await world.client();
    world.network.dropWhere(({ from }) => from.startsWith(world.serverAddress));
    const asked = ask(world, client);
    await world.clock.advance(20_000);
    world.network.dropWhere();
    expect(await world.settle(asked)).toBe("10.0.1.1:49152");
    expect(runs).toBe(1);
    await world.end();
  });
});
