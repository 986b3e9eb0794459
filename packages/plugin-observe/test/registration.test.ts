import type { App, RequestContext, Response } from "@coapkit/core";
import { content, Get, Param, Put, Resource, unauthorized } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { VirtualClock } from "@coapkit/testing";
import { afterEach, describe, expect, it } from "vitest";
import { Notifier, Observe, observable } from "../src/index.js";
import { type Bench, collect, settled, startInjected } from "./support.js";

const route = (app: App) =>
  void app.route({ method: "GET", path: "/t/:id", metadata: [observable()], handler: ({ params }) => params.id });
const isObserving = ({ value }: IteratorResult<{ readonly options: { has(number: number): boolean } }, void>) =>
  value?.options.has(OptionNumber.Observe) === true;

describe("a registration", () => {
  let bench: Bench;
  afterEach(() => bench.app.close());

  it("beyond the limit in all is answered like a plain GET, and counted, until there is room", async () => {
    bench = await startInjected(route, { observers: 2 });
    const streams = ["a", "b", "c"].map((id) => bench.client.observe(`/t/${id}`));
    const firsts = await Promise.all(streams.map((stream) => stream.next()));
    expect(firsts.map(isObserving)).toEqual([true, true, false]);
    expect(firsts.map(({ value }) => value?.text)).toEqual(["a", "b", "c"]);
    expect(bench.notifier.counters).toMatchObject({ relations: 2, registrations: 2, refused: 1 });
    await streams[0]?.return();
    expect(isObserving(await bench.client.observe("/t/c").next())).toBe(true);
  });

  it("beyond the limit of its client is answered like a plain GET", async () => {
    bench = await startInjected(route, { observersPerPeer: 1 });
    const firsts = await Promise.all(["a", "b"].map((id) => bench.client.observe(`/t/${id}`).next()));
    expect(firsts.map(isObserving)).toEqual([true, false]);
    expect(bench.notifier.counters).toMatchObject({ relations: 1, refused: 1 });
  });

  it("passes the onSend hooks of everybody, wherever observe() stands, and guards before", async () => {
    const stamp = (_: RequestContext, response: Response): Response => ({
      ...response,
      options: [...response.options, { number: OptionNumber.MaxAge, value: 7 }],
    });
    bench = await startInjected((app) => {
      app.route({ method: "GET", path: "/t/:id", metadata: [observable()], handler: ({ params }) => params.id });
      app.hook("onSend", stamp);
      app.hook("onRequest", ({ path }) => (path === "/t/closed" ? unauthorized() : undefined));
    });
    const first = (await bench.client.observe("/t/a").next()).value;
    expect(first?.options.uint(OptionNumber.MaxAge)).toBe(7);
    expect((await bench.client.observe("/t/closed").next()).value?.code).toBe("4.01");
    expect(bench.notifier.counters.registrations).toBe(1);
  });

  it("is a relation that shows who observes what, since when", async () => {
    const clock = new VirtualClock(5000);
    bench = await startInjected(route, {}, { clock });
    const { replies } = collect(bench.client.observe("/t/a"));
    await settled();
    await clock.advance(1000);
    bench.notifier.changed("t", "a");
    await settled();
    expect(replies).toHaveLength(2);
    expect(bench.notifier.relations()).toMatchObject([
      {
        path: "/t/a",
        route: "GET /t/:id",
        peer: { key: "inject" },
        contentFormat: 0,
        conditions: undefined,
        registeredMs: 5000,
        notifiedMs: 6000,
        notifications: 1,
      },
    ]);
    expect(bench.notifier.relations()[0]?.token).toMatch(/^([0-9a-f]{2})*$/);
  });

  it("that a callback ends while others are told gets nothing more", async () => {
    bench = await startInjected(route, {
      onUnsubscribe: ({ path }) => {
        if (path === "/t/a") bench.notifier.end(path);
      },
    });
    const controller = new AbortController();
    const [first, second] = [{ signal: controller.signal }, {}].map((options) =>
      collect(bench.client.observe("/t/a", options)),
    );
    await settled();
    bench.notifier.changed("/t/a");
    await settled();
    controller.abort();
    await second?.ended;
    expect([first?.texts, second?.replies.map(({ code }) => code)]).toEqual([
      ["a", "a"],
      ["2.05", "2.05", "4.04"],
    ]);
    expect(bench.notifier.counters).toMatchObject({ relations: 0, notifications: 3, ended: 1, lost: 1 });
  });

  it("with ETag gets 2.03 while its version is current (RFC 7641 §3.3)", async () => {
    let version = "v1";
    bench = await startInjected((app) =>
      app.route({
        method: "GET",
        path: "/v",
        version: () => version,
        metadata: [observable()],
        handler: () => content(`at ${version}`),
      }),
    );
    const { replies } = collect(bench.client.observe("/v"));
    const holding = collect(
      bench.client.observe("/v", { options: [{ number: OptionNumber.ETag, value: Buffer.from("v2") }] }),
    );
    await settled();
    version = "v2";
    bench.notifier.changed("/v");
    await settled();
    const etags = replies.map(({ options }) => Buffer.from(options.all(OptionNumber.ETag)[0] ?? []).toString());
    expect(etags).toEqual(["v1", "v2"]);
    expect(holding.replies.map(({ code, text }) => `${code} ${text}`)).toEqual(["2.05 at v1", "2.03 "]);
  });
});

describe("changed(Class, params)", () => {
  @Resource("rooms")
  class Rooms {
    @Get() @Observe() list() {
      return "list";
    }
    @Get(":room/*rest") @Observe() read(@Param("room") room: string, @Param("rest") rest: string) {
      return `${room} ${rest}`;
    }
    @Put(":room") write() {}
  }

  it("tells the observers of the class's routes that have exactly these parameters", async () => {
    const bench = await startInjected(() => undefined, {}, { resources: [Rooms] });
    const { notifier, client } = bench;
    const list = collect(client.observe("/rooms"));
    const item = collect(client.observe("/rooms/a%2Fb/x/y"));
    await settled();
    notifier.changed(Rooms, { room: "a/b", rest: "x/y" });
    await settled();
    expect([list.texts, item.texts]).toEqual([["list"], ["a/b x/y", "a/b x/y"]]);
    notifier.changed(Rooms);
    await settled();
    expect([list.texts.length, item.texts.length]).toEqual([2, 2]);
    expect(() => notifier.changed(Rooms, { room: "a" })).toThrow(
      "Rooms has no observable route with the parameters {room}; its observable routes: /rooms, /rooms/:room/*rest.",
    );
    expect(() => notifier.changed(Notifier)).toThrow("Notifier has no observable route");
    await bench.app.close();
  });
});
