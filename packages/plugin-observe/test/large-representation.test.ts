import { once } from "node:events";
import { type App, type EngineFactory, nativeEngine } from "@coapkit/core";
import { nodeCoap } from "@coapkit/engine-node-coap";
import { coapClient, createTestClient, MemoryNetwork, type PrintedMessage, VirtualClock } from "@coapkit/testing";
import { Agent, type ObserveReadStream } from "coap";
import { describe, expect, it } from "vitest";
import { type Notifier, observable } from "../src/index.js";
import { clientInMemory, startInMemory } from "./memory-apps.js";
import { settled, start } from "./support.js";

const SIZE = 8192;
const LAST = 9;

/** 8 KiB that name their generation everywhere, so that a mixture of two shows. */
const bodyOf = (generation: number) => String(generation).repeat(SIZE);

/** A resource of 8 KiB with an entity-tag, which changes whenever it is told to. */
class Large {
  generation = 0;
  notifier!: Notifier;

  readonly addRoute = (app: App): void => {
    app.route({
      method: "GET",
      path: "/large",
      version: () => `g${this.generation}`,
      metadata: [observable({ confirmable: "always" })],
      handler: () => bodyOf(this.generation),
    });
  };

  change(): void {
    if (this.generation === LAST) return;
    this.generation++;
    this.notifier.changed("/large");
  }

  /** Changes every few turns of the event loop, up to the last generation. */
  async run(): Promise<void> {
    while (this.generation < LAST) {
      for (let turn = 0; turn < 3; turn++) await settled();
      this.change();
    }
  }
}

async function serve(engine: EngineFactory) {
  const large = new Large();
  let rest = (): void => undefined;
  const atRest = new Promise<void>((resolve) => {
    rest = resolve;
  });
  const server = await start(engine, large.addRoute, { onSubscribe: () => void large.run().then(rest) });
  large.notifier = server.notifier;
  return {
    atRest,
    port: server.port,
    uri: `coap://127.0.0.1:${server.port}/large`,
    [Symbol.asyncDispose]: () => server.app.close(),
  };
}

/** What texts are made of, short enough for a report: `9x8192`. */
const summary = (texts: readonly string[]) =>
  texts.map((text) => text.replace(/(.)\1*/g, (run, digit) => `${digit}x${run.length} `).trim());
const CURRENT = `${LAST}x${SIZE}`;
const isWhole = (text: string) => /^\dx8192$/.test(text);

const hasEtag = ({ code, options }: PrintedMessage) => code !== "2.05" || options.some(({ name }) => name === "ETag");

/** Observes with npm coap's client until it has a representation. */
async function observeWithNpmCoap(port: number): Promise<string> {
  const agent = new Agent({ type: "udp4" });
  try {
    const request = agent.request({ hostname: "127.0.0.1", port, pathname: "/large", observe: true });
    const answered = once(request, "response");
    request.end();
    const stream = (await answered)[0] as ObserveReadStream;
    const [chunk] = await once(stream, "data");
    return String(chunk);
  } finally {
    agent.close();
  }
}

const ENGINES = [
  { name: "native", engine: nativeEngine() },
  { name: "node-coap", engine: nodeCoap() },
];

describe.each(ENGINES)("8 KiB that change during the transfer, on the $name engine", ({ engine }) => {
  it("are whole each time, and current in the end, at our own client", async () => {
    await using server = await serve(engine);
    const client = createTestClient(nativeEngine());
    const texts: string[] = [];
    for await (const { code, text } of client.observe(server.uri)) {
      expect(code).toBe("2.05");
      texts.push(text);
      if (text.startsWith(String(LAST))) break;
    }
    expect(summary(texts).filter((text) => !isWhole(text))).toEqual([]);
    expect(summary(texts).at(-1)).toBe(CURRENT);
    await client.close();
  });

  // libcoap's client prints what it has put together before it starts anew for another entity-tag.
  it("are whole and current at libcoap's client once they have come to rest", async () => {
    await using server = await serve(engine);
    const { messages } = await coapClient(["-s", "1", server.uri]);
    expect(messages.filter(({ options }) => options.some(({ name }) => name === "Block2")).every(hasEtag)).toBe(true);
    await server.atRest;
    const { text } = await coapClient(["-s", "1", "-w", server.uri]);
    expect(summary(text.split("\n").filter((body) => body !== ""))).toEqual([CURRENT]);
  });

  // npm coap's client puts together whatever blocks it gets: it compares no entity-tags.
  it("are whole and current at npm coap's client once they have come to rest", async () => {
    await using server = await serve(engine);
    await observeWithNpmCoap(server.port);
    await server.atRest;
    expect(summary([await observeWithNpmCoap(server.port)])).toEqual([CURRENT]);
  });
});

describe("8 KiB that change during the transfer", () => {
  it.each([1, 2, 3])(
    "are whole and current at our own client with 10 % of the datagrams lost, seed %i",
    async (seed) => {
      const clock = new VirtualClock();
      const network = new MemoryNetwork({ clock, seed, loss: 0.1, latencyMs: 20 });
      const large = new Large();
      // With 10 % lost each way, four retransmissions fail once in 4000 exchanges; nine practically never.
      const { app, notifier } = await startInMemory(network, clock, large.addRoute, {}, { maxRetransmit: 9 });
      large.notifier = notifier;
      const texts: string[] = [];
      const { client } = clientInMemory(network, clock, "10.0.0.2", { maxRetransmit: 9 });
      const observing = (async () => {
        for await (const { text } of client.observe("/large")) {
          texts.push(text);
          if (text.startsWith(String(LAST))) return;
        }
      })();
      for (let ms = 0; ms < 600_000 && !texts.at(-1)?.startsWith(String(LAST)); ms += 50) {
        await clock.advance(50);
        if (notifier.counters.relations === 1) large.change();
      }
      await observing;
      expect(summary(texts).filter((text) => !isWhole(text))).toEqual([]);
      expect(summary(texts).at(-1)).toBe(CURRENT);
      expect(network.log.some(({ fate }) => fate === "lost")).toBe(true);
      const closed = Promise.all([client.close(), app.close()]);
      await clock.advance(600_000);
      await closed;
      expect(notifier.counters.relations).toBe(0);
    },
  );
});
