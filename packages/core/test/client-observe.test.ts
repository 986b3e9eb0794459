import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type App, Code, type Exchange, InjectEngine, OptionNumber, type Response } from "../src/index.js";
import { rejection } from "./support/client-app.js";
import { settle } from "./support/fake-clock.js";
import { json } from "./support/formats.js";
import { testApp } from "./support/test-app.js";

const URI = "coap://server/state";

/** An app whose client observes a resource that the test changes. */
async function observing(isObservable = true) {
  const engine = new InjectEngine();
  const exchanges = new Set<Exchange>();
  const initial = responseOf('{"n":0}');
  await engine.listen({ scheme: "coap", host: "server", port: 5683, path: [], query: [] }, (exchange) => {
    if (!isObservable || !exchange.notify(initial)) return exchange.respond(initial);
    exchanges.add(exchange);
    exchange.onInterestLost(() => exchanges.delete(exchange));
  });
  const parts = await testApp({ engine: () => engine, plugins: [json()] });
  await parts.app.ready();
  const change = (payload: string, code?: number) => {
    for (const exchange of [...exchanges]) exchange.notify(responseOf(payload, code));
  };
  return { ...parts, exchanges, change };
}

function responseOf(payload: string, code: number = Code.Content): Response {
  return { code, contentFormat: code === Code.Content ? 50 : undefined, options: [], payload };
}

async function read(app: App, change: (n: number) => void): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const { value } of app.client.observe(URI, { schema: z.object({ n: z.number() }) })) {
    seen.push(value);
    change(value.n);
  }
  return seen;
}

describe("app.client.observe", () => {
  it("gives decoded replies until the loop is left, and deregisters then", async () => {
    const { app, exchanges, change } = await observing();
    const seen: unknown[] = [];
    for await (const reply of app.client.observe(URI)) {
      seen.push(reply.value);
      if (seen.length === 3) break;
      expect(exchanges.size).toBe(1);
      change(`{"n":${seen.length}}`);
    }
    expect(seen).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    expect(exchanges.size).toBe(0);
    await app.close();
  });

  it("registers with the first read, and leaves with its block", async () => {
    const { app, exchanges } = await observing();
    {
      await using observation = app.client.observe(URI);
      expect(exchanges.size).toBe(0);
      await observation.next();
      expect(exchanges.size).toBe(1);
    }
    expect(exchanges.size).toBe(0);
    await app.close();
  });

  it("observes a FETCH where it has a value to send", async () => {
    const { app, exchanges } = await observing();
    await using observation = app.client.observe(URI, { value: { above: 20 }, accept: "json", query: { unit: "C" } });
    await observation.next();
    const [exchange] = exchanges;
    const { method, options, payload } = (exchange as Exchange).request;
    expect([method, Buffer.from(payload).toString()]).toEqual([5, '{"above":20}']); // FETCH, RFC 8132 §7
    const numbers = [OptionNumber.Observe, OptionNumber.ContentFormat, OptionNumber.Accept];
    expect(numbers.map((number) => options.uint(number))).toEqual([0, 50, 50]);
    expect(options.strings(OptionNumber.UriQuery)).toEqual(["unit=C"]);
    await observation.return();
    await app.close();
  });

  it("gives one reply where the server does not observe", async () => {
    const { app } = await observing(false);
    expect(await read(app, () => undefined)).toEqual([{ n: 0 }]);
    await app.close();
  });

  it("ends with the error that the server ends it with", async () => {
    const { app, exchanges, change } = await observing();
    const error = await rejection(read(app, () => change("gone", Code.NotFound)));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_CLIENT_ERROR", diagnostic: "gone" });
    expect(exchanges.size).toBe(0);
    await app.close();
  });

  it.each([
    ["a payload that is no JSON", "{"],
    ["a value that the schema refuses", '{"n":"x"}'],
  ])("ends and deregisters at %s", async (_, payload) => {
    const { app, exchanges, change } = await observing();
    expect(await rejection(read(app, () => change(payload)))).toMatchObject({ code: "COAPKIT_ERR_DECODE" });
    expect(exchanges.size).toBe(0);
    await app.close();
  });

  it("goes on to the last error reply where errors do not throw", async () => {
    const { app, change } = await observing();
    const codes: string[] = [];
    for await (const reply of app.client.observe(URI, { throwOnError: false })) {
      codes.push(reply.codeText);
      if (reply.isSuccess) change("gone", Code.NotFound);
    }
    expect(codes).toEqual(["2.05", "4.04"]);
    await app.close();
  });

  it("gives its time to the first reply only, and obeys its signal until the end", async () => {
    const { app, clock, exchanges } = await observing();
    const controller = new AbortController();
    const observation = app.client.observe(URI, { timeoutMs: 100, signal: controller.signal });
    await observation.next();
    const next = rejection(observation.next());
    clock.advance(1_000);
    await settle();
    controller.abort();
    expect(await next).toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
    expect(exchanges.size).toBe(0);
    expect(await observation.next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
    await app.close();
  });

  it("fails when no first reply comes in time", async () => {
    const engine = new InjectEngine();
    await engine.listen({ scheme: "coap", host: "server", port: 5683, path: [], query: [] }, () => undefined);
    const { app, clock } = await testApp({ engine: () => engine });
    await app.ready();
    const first = rejection(app.client.observe(URI, { timeoutMs: 100 }).next());
    await settle();
    clock.advance(100);
    expect(await first).toMatchObject({ code: "COAPKIT_ERR_TIMEOUT" });
    await app.close();
    expect(clock.pending).toBe(0);
  });
});
