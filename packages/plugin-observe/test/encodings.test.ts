import { type App, content, type RequestContext } from "@coapkit/core";
import { Method, OptionNumber } from "@coapkit/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { observable } from "../src/index.js";
import { type Bench, nextText, settled, startInjected } from "./support.js";
import { first, Thermometer } from "./thermometer.js";

const ACCEPTS = [0, 50, 60];

describe("one encoding for all who asked alike", () => {
  let bench: Bench;
  const thermometer = () => new Thermometer();
  afterEach(async () => {
    await bench.app.close();
    expect(bench.notifier.counters.relations).toBe(0);
  });

  it("encodes once for all who asked alike, and for each distinct Accept and query", async () => {
    const t = thermometer();
    t.state = (ctx: RequestContext) => content(String(ctx.accept), { contentFormat: ctx.accept });
    bench = await startInjected(
      (app) => {
        app.route({
          method: "GET",
          path: "/t",
          produces: ACCEPTS,
          metadata: [observable()],
          handler: t.read,
        });
      },
      {},
      { plugins: [] },
    );
    const streams = [...ACCEPTS, ...ACCEPTS].map((accept) => bench.client.observe("/t", { accept }));
    for (const stream of streams) await first(stream);
    expect(t.runs).toBe(6);
    bench.notifier.changed("/t");
    expect(await Promise.all(streams.map(nextText))).toEqual(["0", "50", "60", "0", "50", "60"]);
    expect(bench.notifier.counters).toMatchObject({ relations: 6, encodings: 3, notifications: 6 });
    const cold = bench.client.observe("/t?unit=F", { accept: 0 });
    await first(cold);
    bench.notifier.changed("/t");
    await nextText(cold);
    expect(bench.notifier.counters.encodings).toBe(7);
  });

  it("encodes three times for 10,000 observers with three values of Accept", async () => {
    const t = thermometer();
    t.state = (ctx: RequestContext) => content(String(ctx.accept), { contentFormat: ctx.accept });
    const add = (app: App) =>
      app.route({ method: "GET", path: "/t", produces: ACCEPTS, metadata: [observable()], handler: t.read });
    bench = await startInjected(add, { observersPerPeer: 10_000 });
    const streams = Array.from({ length: 10_000 }, (_, i) =>
      bench.client.observe("/t", { accept: ACCEPTS[i % 3] ?? 0 }),
    );
    await Promise.all(streams.map(first));
    t.runs = 0;
    bench.notifier.changed("/t");
    const texts = await Promise.all(streams.map(nextText));
    expect(texts.every((text, i) => text === String(ACCEPTS[i % 3]))).toBe(true);
    expect(bench.notifier.counters).toMatchObject({ relations: 10_000, encodings: 3, notifications: 10_000 });
    expect(t.runs).toBe(3);
  });

  it("observes FETCH: one representation for each distinct payload (RFC 8132 §2.4)", async () => {
    bench = await startInjected((app) => {
      app.route({
        method: "FETCH",
        path: "/t",
        consumes: [0],
        payload: true,
        metadata: [observable()],
        handler: ({ payload }) => `${String(payload)}!`,
      });
    });
    const uri = { scheme: "coap" as const, host: "test", port: 5683, path: ["t"], query: [] };
    const fetch = {
      method: Method.FETCH,
      uri,
      options: [{ number: OptionNumber.ContentFormat, value: 0 }],
      observe: true,
    };
    const streams = ["a", "a", "b"].map((payload) =>
      bench.engine.request({ ...fetch, payload })[Symbol.asyncIterator](),
    );
    const texts = async (): Promise<string[]> =>
      Promise.all(streams.map(async (stream) => String(Buffer.from((await stream.next()).value.payload))));
    expect(await texts()).toEqual(["a!", "a!", "b!"]);
    bench.notifier.changed("/t");
    expect(await texts()).toEqual(["a!", "a!", "b!"]);
    expect(bench.notifier.counters).toMatchObject({ encodings: 2, notifications: 3 });
  });

  it("runs the handler for each client where the route says so", async () => {
    const t = thermometer();
    bench = await startInjected(t.route("/t", { perClient: true }));
    const streams = [bench.client.observe("/t"), bench.client.observe("/t")];
    for (const stream of streams) await first(stream);
    bench.notifier.changed("/t");
    await settled();
    expect(bench.notifier.counters).toMatchObject({ encodings: 1, notifications: 2 });
  });
});
