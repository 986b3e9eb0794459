import { badRequest, content, type Logger, notFound } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { type EndReason, type ObserverRelation } from "../src/index.js";
import { type Bench, collect, nextText, settled, silent, startInjected } from "./support.js";
import { first, Thermometer } from "./thermometer.js";

describe("observation", () => {
  let bench: Bench;
  const thermometer = () => new Thermometer();
  afterEach(async () => {
    await bench.app.close();
    expect(bench.notifier.counters.relations).toBe(0);
    expect(bench.notifier.relations()).toEqual([]);
  });

  it("answers a registration with the state, and tells of every change", async () => {
    const t = thermometer();
    bench = await startInjected(t.route());
    const stream = bench.client.observe("/t");
    const registered = await first(stream);
    expect(registered).toMatchObject({ code: "2.05", text: "21" });
    expect(registered.options.has(OptionNumber.Observe)).toBe(true);
    t.state = "22";
    bench.notifier.changed("/t");
    const second = await first(stream);
    expect(second.text).toBe("22");
    expect(second.options.uint(OptionNumber.Observe)).toBeGreaterThan(
      registered.options.uint(OptionNumber.Observe) ?? 99,
    );
    t.state = "23";
    bench.notifier.changed("t");
    expect(await nextText(stream)).toBe("23");
    expect(bench.notifier.counters).toMatchObject({ registrations: 1, encodings: 2, notifications: 2, relations: 1 });
  });

  it("knows a resource by its segments, which need no encoding", async () => {
    const t = thermometer();
    bench = await startInjected(t.route("/rooms/:room"));
    const stream = bench.client.observe("/rooms/a%2Fb%20%C3%BC");
    await first(stream);
    bench.notifier.changed("rooms", "other");
    bench.notifier.changed("rooms", "a/b ü");
    expect(await nextText(stream)).toBe("21");
    expect(bench.notifier.relations(["rooms", "a/b ü"])).toMatchObject([
      { path: "/rooms/a%2Fb%20%C3%BC", notifications: 1 },
    ]);
    expect(bench.notifier.counters.encodings).toBe(1);
  });

  it("answers like a plain GET where the route is not observable, or the request asks for nothing", async () => {
    const t = thermometer();
    bench = await startInjected((app) => {
      t.route()(app);
      app.route({ method: "GET", path: "/plain", handler: () => "plain" });
    });
    const stream = bench.client.observe("/plain");
    expect((await first(stream)).options.has(OptionNumber.Observe)).toBe(false);
    expect((await stream.next()).done).toBe(true);
    expect((await bench.client.get("/t")).text).toBe("21");
    const deregistration = [{ number: OptionNumber.Observe, value: 1 }];
    expect((await bench.client.get("/t", { options: deregistration })).text).toBe("21");
    expect(bench.notifier.counters.registrations).toBe(0);
  });

  it("registers nobody whose first answer is an error", async () => {
    const t = thermometer();
    t.state = notFound("none");
    bench = await startInjected(t.route());
    const stream = bench.client.observe("/t");
    expect(await first(stream)).toMatchObject({ code: "4.04", text: "none" });
    expect((await stream.next()).done).toBe(true);
    expect(bench.notifier.counters.registrations).toBe(0);
  });

  it("goes on when a handler reports changes of its own resource, without keeping the process from other work", async () => {
    const t = thermometer();
    bench = await startInjected(t.route());
    const stream = bench.client.observe("/t");
    await first(stream);
    t.state = () => {
      bench.notifier.changed("/t");
      return "again";
    };
    bench.notifier.changed("/t");
    await settled();
    t.state = "done";
    await settled();
    expect(t.runs).toBeLessThan(20);
  });

  it("tells several changes at once, and again those that come during a run", async () => {
    const t = thermometer();
    bench = await startInjected(t.route());
    const stream = bench.client.observe("/t");
    await first(stream);
    const release: (() => void)[] = [];
    t.state = () => new Promise((resolve) => release.push(() => resolve(`run ${t.runs}`)));
    for (let i = 0; i < 5; i++) bench.notifier.changed("/t");
    await settled();
    expect([t.runs, bench.notifier.counters.coalesced]).toEqual([2, 4]);
    for (let i = 0; i < 3; i++) bench.notifier.changed("/t");
    release[0]?.();
    expect(await nextText(stream)).toBe("run 2");
    await settled();
    expect(t.runs).toBe(3);
    release[1]?.();
    expect(await nextText(stream)).toBe("run 3");
    await settled();
    expect(bench.notifier.counters).toMatchObject({ encodings: 2, notifications: 2, coalesced: 7 });
  });

  it("runs once for changes before the run has begun", async () => {
    const t = thermometer();
    bench = await startInjected(t.route());
    const { texts } = collect(bench.client.observe("/t"));
    await settled();
    for (t.state of ["22", "23", "24"]) bench.notifier.changed("/t");
    await settled();
    expect([texts, t.runs]).toEqual([["21", "24"], 2]);
    expect(bench.notifier.counters).toMatchObject({ encodings: 1, coalesced: 2 });
  });

  it("tells a change that comes while the first representation is on its way", async () => {
    const t = thermometer();
    bench = await startInjected(t.route());
    const stream = bench.client.observe("/t");
    let release = (): void => undefined;
    t.state = () => new Promise((resolve) => (release = () => resolve("old")));
    const registered = first(stream);
    await settled();
    t.state = "new";
    bench.notifier.changed("/t");
    release();
    expect((await registered).text).toBe("old");
    expect(await nextText(stream)).toBe("new");
  });

  it("forgets a registration that is refused or takes too long", async () => {
    const t = thermometer();
    t.state = () => new Promise(() => undefined);
    bench = await startInjected(t.route(), {}, { handlerTimeoutMs: 1 });
    expect(await first(bench.client.observe("/t"))).toMatchObject({ code: "5.03" });
    t.state = badRequest();
    expect(await first(bench.client.observe("/t"))).toMatchObject({ code: "4.00" });
    bench.notifier.changed("/t");
    await settled();
    expect(bench.notifier.counters).toMatchObject({ registrations: 0, encodings: 0 });
  });

  it("ends with one error when the handler fails", async () => {
    const t = thermometer();
    const ends: EndReason[] = [];
    bench = await startInjected(t.route(), { onUnsubscribe: (_, reason) => ends.push(reason) });
    const stream = bench.client.observe("/t");
    await first(stream);
    t.state = () => {
      throw new Error("broken sensor");
    };
    bench.notifier.changed("/t");
    const last = await first(stream);
    expect(last).toMatchObject({ code: "5.00", text: "" });
    expect(last.options.has(OptionNumber.Observe)).toBe(false);
    expect((await stream.next()).done).toBe(true);
    bench.notifier.changed("/t");
    await settled();
    expect(ends).toEqual(["error"]);
    expect(bench.notifier.counters).toMatchObject({ relations: 0, encodings: 1, notifications: 1, ended: 1, lost: 0 });
  });

  it("ends with 4.04 for a resource that is gone, and with 4.06 when its format changes", async () => {
    const t = thermometer();
    const ends: EndReason[] = [];
    bench = await startInjected(t.route(), { onUnsubscribe: (_, reason) => ends.push(reason) });
    const gone = bench.client.observe("/t");
    await first(gone);
    t.state = notFound();
    bench.notifier.changed("/t");
    expect(await first(gone)).toMatchObject({ code: "4.04" });
    t.state = "text";
    const changing = bench.client.observe("/t");
    await first(changing);
    t.state = Uint8Array.of(1);
    bench.notifier.changed("/t");
    expect(await first(changing)).toMatchObject({ code: "4.06" });
    expect((await changing.next()).done).toBe(true);
    expect(ends).toEqual(["error", "format"]);
  });

  it("ends what the app ends, with its reply", async () => {
    const t = thermometer();
    bench = await startInjected(t.route("/:id"));
    const streams = ["/a", "/a", "/b"].map((path) => bench.client.observe(path));
    for (const stream of streams) await first(stream);
    expect(bench.notifier.end(["a"], badRequest("moved"))).toBe(2);
    expect(await first(streams[0] as never)).toMatchObject({ code: "4.00", text: "moved" });
    expect(bench.notifier.end("/b")).toBe(1);
    expect(await first(streams[2] as never)).toMatchObject({ code: "4.04" });
    expect(bench.notifier.end("/b")).toBe(0);
    expect(bench.notifier.counters).toMatchObject({ relations: 0, ended: 3 });
  });

  it("refuses malformed paths, and replies that cannot be a last one", async () => {
    bench = await startInjected(thermometer().route());
    const { notifier } = bench;
    expect(() => notifier.changed("/t?unit=C")).toThrow(/leave it out/);
    expect(() => notifier.changed("/%zz")).toThrow(TypeError);
    expect(() => notifier.end("t/x")).toThrow(TypeError);
    expect(() => notifier.end("/t", content("x"))).toThrow(/Only an error/);
    expect(() => notifier.end("/t", notFound({ a: 1 } as never))).toThrow(/not encoded/);
  });

  it("calls back with who came and who went, whatever the callbacks do", async () => {
    const t = thermometer();
    const seen: unknown[] = [];
    const note = (relation: ObserverRelation, reason?: EndReason): never => {
      seen.push([relation.path, relation.route, relation.peer.key, relation.contentFormat, reason]);
      throw new Error("callback");
    };
    bench = await startInjected(t.route(), { onSubscribe: note, onUnsubscribe: note });
    const stream = bench.client.observe("/t");
    await first(stream);
    await stream.return();
    expect(seen).toEqual([
      ["/t", "GET /t", "inject", 0, undefined],
      ["/t", "GET /t", "inject", 0, "deregistered"],
    ]);
    expect(bench.notifier.counters).toMatchObject({ relations: 0, lost: 1 });
    bench.notifier.changed("/t");
    await settled();
    expect(bench.notifier.counters.encodings).toBe(0);
  });

  it("logs callbacks that are async functions and fail", async () => {
    const failures: unknown[] = [];
    const logger = { ...silent, error: (fields: object) => failures.push((fields as { callback: string }).callback) };
    const callback = async () => {
      throw new Error("callback");
    };
    bench = await startInjected(
      thermometer().route(),
      { onSubscribe: callback, onUnsubscribe: callback },
      { logger: logger as Logger },
    );
    const stream = bench.client.observe("/t");
    await first(stream);
    await stream.return();
    await settled();
    expect(failures).toEqual(["onSubscribe", "onUnsubscribe"]);
  });

  it("adds Max-Age where the representation has none", async () => {
    const t = thermometer();
    bench = await startInjected(t.route("/t", { maxAgeS: 5 }), { maxAgeS: 90 });
    const stream = bench.client.observe("/t");
    expect((await first(stream)).options.uint(OptionNumber.MaxAge)).toBe(5);
    t.state = content("x", { maxAgeS: 7 });
    bench.notifier.changed("/t");
    expect((await first(stream)).options.uint(OptionNumber.MaxAge)).toBe(7);
  });

  it("ends every relation when the app closes, also during a run", async () => {
    const t = thermometer();
    const ends: EndReason[] = [];
    bench = await startInjected(t.route(), { onUnsubscribe: (_, reason) => ends.push(reason) });
    const stream = bench.client.observe("/t");
    await first(stream);
    let release = (): void => undefined;
    t.state = () => new Promise((resolve) => (release = () => resolve("late")));
    bench.notifier.changed("/t");
    await settled();
    const closed = bench.app.close();
    release();
    await closed;
    bench.notifier.changed("/t");
    await settled();
    expect(t.runs).toBe(2);
    expect(ends).toEqual(["closed"]);
  });

  it("lists observable resources with obs", async () => {
    bench = await startInjected(thermometer().route());
    expect((await bench.client.get("/.well-known/core")).text).toContain("</t>;obs");
  });
});
