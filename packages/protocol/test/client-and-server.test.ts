import { describe, expect, it } from "vitest";
import { CoapClient } from "../src/client/coap-client.js";
import type { IncomingResponse } from "../src/client/incoming-response.js";
import { Code } from "../src/code/code.js";
import type { Endpoint } from "../src/endpoint/endpoint.js";
import type { EndpointOptions } from "../src/endpoint/endpoint-options.js";
import type { ServerExchange } from "../src/exchange/server-exchange.js";
import { OptionNumber } from "../src/option/option-number.js";
import type { RemotePeer } from "../src/peer/remote-peer.js";
import { expectNoState, LONG_MS, openEndpoint, text } from "./support/client-fixture.js";
import { MemoryNetwork } from "./support/memory-network.js";
import { VirtualClock } from "./support/virtual-clock.js";

interface Pair {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly server: Endpoint;
  readonly device: Endpoint;
  readonly client: CoapClient;
}

const SERVER = "coap://10.0.0.1";
const LARGE = "0123456789abcdef".repeat(300);

function content(payload: string) {
  return { code: Code.Content, contentFormat: 0, options: [], payload };
}

/** A server at 10.0.0.1, and a device at 10.0.0.2 that has a client. */
async function openPair(
  onRequest: (exchange: ServerExchange) => void,
  device: Partial<EndpointOptions> = {},
): Promise<Pair> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const endpoints = [
    openEndpoint(network, "10.0.0.1", clock, { onRequest }),
    openEndpoint(network, "10.0.0.2", clock, device),
  ] as const;
  await Promise.all(endpoints.map((endpoint) => endpoint.open()));
  return { clock, network, server: endpoints[0], device: endpoints[1], client: new CoapClient(endpoints[1]) };
}

async function expectPairIsIdle({ clock, server, device }: Pair): Promise<void> {
  await expectNoState({ clock, client: device });
  await expectNoState({ clock, client: server });
  expect(server.counters).toMatchObject({ openExchanges: 0, observers: 0 });
}

describe("CoapClient against an Endpoint", () => {
  it("sends each method with its payload, formats and options", async () => {
    const seen: unknown[] = [];
    const pair = await openPair((exchange) => {
      const { method, options, payload } = exchange.request;
      seen.push([method, new TextDecoder().decode(payload), options.uint(OptionNumber.ContentFormat)]);
      exchange.respond(content(options.strings(OptionNumber.UriPath).join("/")));
    });
    const { client, clock } = pair;
    const uri = `${SERVER}/a/b`;
    const body = { payload: "{}", contentFormat: 50 };
    const responses = [
      client.get(uri, { accept: 50 }),
      client.post(uri, body),
      client.put(uri, body),
      client.delete(uri),
      client.fetch(uri, body),
      client.patch(uri, body),
      client.ipatch(uri, body),
    ];
    await clock.advance(500);
    expect((await Promise.all(responses)).map(text)).toEqual(Array(7).fill("a/b"));
    expect(seen).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((method) =>
        method === 1 || method === 4 ? [method, "", undefined] : [method, "{}", 50],
      ),
    );
    await expectPairIsIdle(pair);
  });

  it("moves large bodies both ways", async () => {
    const pair = await openPair((exchange) =>
      exchange.respond(content(new TextDecoder().decode(exchange.request.payload).toUpperCase())),
    );
    const { client, clock } = pair;
    const response = client.post(`${SERVER}/`, { payload: LARGE });
    await clock.advance(1_000);
    expect(text(await response)).toBe(LARGE.toUpperCase());
    await clock.advance(LONG_MS);
    await expectPairIsIdle(pair);
  });

  it("gets through where every third datagram is lost", async () => {
    const pair = await openPair((exchange) => exchange.respond(content(LARGE)));
    const { client, clock, network } = pair;
    network.isLost = () => network.sent.length % 3 === 0;
    const response = client.get(`${SERVER}/`);
    await clock.advance(60_000);
    expect(text(await response)).toBe(LARGE);
    await clock.advance(LONG_MS);
    await expectPairIsIdle(pair);
  });

  it("observes until it leaves, and the server forgets it", async () => {
    const observed: ServerExchange[] = [];
    const pair = await openPair((exchange) => {
      if (exchange.notify(content("0"))) observed.push(exchange);
      else exchange.respond(content("plain"));
    });
    const { client, clock, server } = pair;
    const responses = client.observe(`${SERVER}/`);
    const texts: string[] = [];
    for (let value = 1; value < 4; value++) {
      const next = responses.next();
      await clock.advance(100);
      texts.push(text((await next).value as IncomingResponse));
      observed[0]?.notify(content(String(value)), value % 2 === 0);
    }
    expect(texts).toEqual(["0", "1", "2"]);
    expect(server.counters.observers).toBe(1);
    await responses.return?.();
    await clock.advance(100);
    expect(observed).toHaveLength(1);
    await expectPairIsIdle(pair);
  });

  it("answers a ping and refuses text that is no URI", async () => {
    const pair = await openPair((exchange) => exchange.ignore());
    const { client, clock } = pair;
    const pong = client.ping(SERVER);
    await clock.advance(50);
    await expect(pong).resolves.toBeUndefined();
    await expect(client.get("http://example.org/")).rejects.toMatchObject({ code: "COAPKIT_ERR_REQUEST" });
    expect(() => client.observe("nonsense")).toThrow(expect.objectContaining({ code: "COAPKIT_ERR_REQUEST" }));
    await expectPairIsIdle(pair);
  });
});

describe("a peer that called us", () => {
  it("is asked back over the same socket while its own request waits", async () => {
    let caller: RemotePeer | undefined;
    const pair: Pair = await openPair(
      (exchange) => {
        caller = exchange.request.peer;
        new CoapClient(pair.server)
          .get(caller, { path: "/model?full" })
          .then((response) => exchange.respond(content(`Hello ${text(response)}`)));
      },
      {
        onRequest: (exchange) => {
          const { options } = exchange.request;
          exchange.respond(
            content([...options.strings(OptionNumber.UriPath), ...options.strings(OptionNumber.UriQuery)].join(" ")),
          );
        },
      },
    );
    const { client, clock } = pair;
    const response = client.get(`${SERVER}/register`);
    await clock.advance(200);
    expect(text(await response)).toBe("Hello model full");
    expect(caller?.key).toBe("10.0.0.2:5683");
    await expectPairIsIdle(pair);
  });

  it("is found again by its address after its number was given to another", async () => {
    const peers: RemotePeer[] = [];
    const pair = await openPair(
      (exchange) => {
        peers.push(exchange.request.peer);
        exchange.respond(content("x"));
      },
      { onRequest: (exchange) => exchange.respond(content("device")) },
    );
    const { client, clock, network, server } = pair;
    const response = client.get(SERVER);
    await clock.advance(50);
    await response;
    for (let port = 1; port < 200; port++)
      network.send(`10.0.0.3:${port}`, "10.0.0.1:5683", Uint8Array.of(0x40, 0, 0, port));
    await clock.advance(50);
    expect(server.counters.evictedPeers).toBeGreaterThan(64);
    const back = new CoapClient(server).get(peers[0] as RemotePeer);
    await clock.advance(50);
    expect(text(await back)).toBe("device");
    await expectPairIsIdle(pair);
  });
});

describe("discovery (RFC 7252 §8)", () => {
  async function openGroup(count: number): Promise<Pair> {
    const pair = await openPair((exchange) => exchange.respond(content("a")));
    for (let host = 3; host < 3 + count; host++) {
      const onRequest = (exchange: ServerExchange) => exchange.respond(content(host === 3 ? LARGE : `host ${host}`));
      await openEndpoint(pair.network, `10.0.0.${host}`, pair.clock, { onRequest }).open();
    }
    return pair;
  }

  it("gives the answers of all until the time is over, large ones whole", async () => {
    const pair = await openGroup(3);
    const { client, clock, device, network } = pair;
    const answers: IncomingResponse[] = [];
    const all = (async () => {
      for await (const answer of client.discover("coap://224.0.1.187/.well-known/core")) answers.push(answer);
    })();
    await clock.advance(7_900);
    expect(device.counters.pendingRequests).toBe(1);
    await clock.advance(200);
    await all;
    const texts = Object.fromEntries(answers.map((answer) => [answer.peer.address, text(answer)]));
    expect(texts).toEqual({ "10.0.0.1": "a", "10.0.0.3": LARGE, "10.0.0.4": "host 4", "10.0.0.5": "host 5" });
    expect(network.sent.filter(({ to }) => to.startsWith("224."))).toHaveLength(1);
    expect(((network.sent[0]?.bytes[0] as number) >> 4) & 3).toBe(1);
    await clock.advance(LONG_MS);
    await expectPairIsIdle(pair);
  });

  it("ends when its reader leaves and when its signal fires", async () => {
    const pair = await openGroup(0);
    const { client, clock } = pair;
    const controller = new AbortController();
    const left = client.discover("coap://224.0.1.187/");
    const aborted = client.discover("coap://224.0.1.187/", { signal: controller.signal, timeoutMs: 60_000 });
    const started = Promise.all([left.next(), aborted.next()]);
    await clock.advance(50);
    await started;
    await left.return?.();
    const next = aborted.next().catch((error: { code: string }) => error.code);
    controller.abort();
    expect(await next).toBe("COAPKIT_ERR_ABORTED");
    await expectPairIsIdle(pair);
  });
});
