import type { CoapUri } from "@coapkit/protocol";
import { OptionsView } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { Code, type Engine, type EngineHost, InjectEngine, type OptionEntry, OptionNumber } from "../src/index.js";
import { deferred, settle } from "./support/fake-clock.js";
import { appWith, failure, testApp } from "./support/test-app.js";

/** An engine of the app's own whose client reaches its server, as over a network. */
function engineParts() {
  const engine = new InjectEngine();
  let host: EngineHost | undefined;
  const factory = (given: EngineHost): Engine => {
    host = given;
    return engine;
  };
  return { engine, factory, host: () => host as EngineHost };
}
const uriOf = (...path: string[]): CoapUri => ({ scheme: "coap", host: "127.0.0.1", port: 5683, path, query: [] });
const get = (...path: string[]) => ({ uri: uriOf(...path), method: Code.GET });

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error("There was no answer.");
}

describe("listen", () => {
  it("binds the engine, logs where, and takes requests through the same pipeline as inject", async () => {
    const { engine, factory } = engineParts();
    const { app, log } = await appWith({ handler: (ctx) => ctx.peer.key }, { engine: factory });
    const bound = await app.listen("coap://[::1]:5683");
    expect(bound).toEqual({ scheme: "coap", address: "::1", port: 5683 });
    expect(log.records).toEqual([{ level: "info", message: "listening", fields: bound }]);
    const response = await first(engine.request(get("x")));
    expect([response.code, new TextDecoder().decode(response.payload)]).toEqual([Code.Content, "inject"]);
    expect(app.engineCounters).toEqual({ requests: 1, openExchanges: 0 });
    expect((await app.inject({ method: "GET", path: "/x" })).text).toBe("inject");
  });

  it("tells the engine the body limit of the route that a request is for", async () => {
    const { factory, host } = engineParts();
    const { app } = await appWith(
      { method: "PUT", bodyLimitBytes: 5, handler: () => undefined },
      { engine: factory, bodyLimitBytes: 9 },
    );
    const path = (value: string): OptionEntry[] => [{ number: OptionNumber.UriPath, value }];
    const unknown: OptionEntry = { number: 65_001, value: 1 };
    const limit = (method: number, options: OptionEntry[]) => host().bodyLimitBytes(method, OptionsView.of(options));
    expect(limit(Code.PUT, path("x"))).toBe(9);
    await app.ready();
    expect(limit(Code.PUT, path("x"))).toBe(5);
    const refused = [limit(Code.GET, path("x")), limit(Code.PUT, path("y")), limit(Code.PUT, [...path("x"), unknown])];
    expect(refused).toEqual([-1, -1, -1]);
    expect(limit(Code.PUT, [...path("x"), { number: OptionNumber.ProxyScheme, value: "coap" }])).toBe(-1);
  });

  it("hands the engine the options that plugins define, the log and the clock", async () => {
    const { factory, host } = engineParts();
    const { app, clock } = await testApp({ engine: factory });
    expect([host().clock, host().log]).toEqual([clock, app.log]);
    expect(host().options.get(OptionNumber.Accept)?.name).toBe("Accept");
  });

  it("closes everything even when the engine fails to", async () => {
    class Stuck extends InjectEngine {
      override close(): Promise<void> {
        throw new Error("stuck");
      }
    }
    const order: string[] = [];
    const { app } = await testApp({ engine: () => new Stuck() });
    app.hook("onClose", () => void order.push("closed"));
    const error = (await failure(() => app.close())) as unknown as AggregateError;
    expect([order, error.errors]).toEqual([["closed"], [new Error("stuck")]]);
  });

  it("leaves nothing open after close", async () => {
    const { engine, factory } = engineParts();
    const gate = deferred();
    const { app, clock } = await appWith({ handler: () => gate.promise }, { engine: factory });
    await app.listen("coap://127.0.0.1");
    const reply = first(engine.request(get("x")));
    await settle();
    expect(app.engineCounters?.openExchanges).toBe(1);
    const closing = app.close();
    gate.resolve("done");
    expect((await reply).code).toBe(Code.Content);
    await closing;
    expect([app.engineCounters?.openExchanges, clock.pending, app.counters?.inFlight]).toEqual([0, 0, 0]);
    expect(() => engine.request(get("x"))).toThrow("The app does not listen");
  });
});

describe("the client of the inject engine", () => {
  it("ends with an error where a request is left without an answer, aborted or cut by close", async () => {
    const { engine, factory } = engineParts();
    const { app } = await appWith(
      { handler: () => new Promise(() => undefined) },
      { engine: factory, drainTimeoutMs: 0 },
    );
    await app.listen("coap://127.0.0.1");
    const silent = { ...get("x"), confirmable: false, options: [{ number: 9999, value: "" }] };
    await expect(first(engine.request(silent))).rejects.toMatchObject({ code: "COAPKIT_ERR_TIMEOUT" });
    const controller = new AbortController();
    const aborted = first(engine.request(get("x"), controller.signal));
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
    expect(app.engineCounters?.openExchanges).toBe(0);
  });

  it("aborts at once where the signal has been aborted before", async () => {
    const { engine, factory } = engineParts();
    let calls = 0;
    const { app } = await appWith({ handler: () => `${++calls}` }, { engine: factory });
    await app.listen("coap://127.0.0.1");
    const stream = engine.request(get("x"), AbortSignal.abort());
    await expect(first(stream)).rejects.toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
    expect(calls).toBe(0);
  });

  it("observes: notifications come in order, and leaving tells the server", async () => {
    const { engine, factory } = engineParts();
    let notify: ((text: string) => boolean) | undefined;
    const lost: string[] = [];
    const { app } = await appWith({ handler: () => "x" }, { engine: factory });
    app.hook("onRequest", (ctx) => {
      notify = (payload) => ctx.exchange.notify({ code: Code.Content, contentFormat: 0, options: [], payload });
      ctx.exchange.onInterestLost(() => lost.push("lost"));
      return new Promise(() => undefined);
    });
    await app.listen("coap://127.0.0.1");
    const seen: string[] = [];
    const stream = engine.request({ ...get("x"), observe: true });
    expect([notify?.("1"), notify?.("2")]).toEqual([true, true]);
    for await (const { payload } of stream) if (seen.push(new TextDecoder().decode(payload)) === 2) break;
    expect([seen, lost, notify?.("3")]).toEqual([["1", "2"], ["lost"], false]);
  });
});
