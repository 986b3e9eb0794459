import { type App, createApp } from "@coapkit/core";
import { Notifier, observable, observe } from "@coapkit/plugin-observe";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { keepObserving } from "../src/alarms/keep-observing.js";

let app: App;
let uri: string;
let level = "1";
beforeEach(async () => {
  app = await createApp({ plugins: [observe()] });
  app.route({ method: "GET", path: "level", metadata: [observable()], handler: () => level });
  const { port } = await app.listen("coap://127.0.0.1:0");
  uri = `coap://127.0.0.1:${port}/level`;
});
afterEach(() => app.close());

it("begins again after an observation has ended, until its signal aborts", async () => {
  const end = new AbortController();
  const reasons: unknown[] = [];
  const onEnd = (error: unknown) => reasons.push(error);
  const values = keepObserving(app.client, uri, { schema: z.string(), signal: end.signal, onEnd, retryMs: 1 });
  expect(await values.next()).toEqual({ done: false, value: "1" });
  level = "2";
  app.resolve(Notifier).end("/level");
  expect(await values.next()).toEqual({ done: false, value: "2" });
  expect(reasons).toMatchObject([{ reply: { codeText: "4.04" } }]);
  const last = values.next();
  end.abort();
  expect(await last).toEqual({ done: true, value: undefined });
  expect(reasons).toHaveLength(1);
});
