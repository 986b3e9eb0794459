import { type App, content, definePlugin, notFound, type RouteDefinition } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { VirtualClock } from "@coapkit/testing";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type ObservePluginOptions, observable } from "../src/index.js";
import { type Bench, collect, settled, startInjected } from "./support.js";

/** A resource on a virtual clock whose state a test sets, and which runs its handler for everybody at once. */
class Tank {
  readonly clock = new VirtualClock();
  runs = 0;
  level: unknown = 10;
  bench!: Bench;

  async start(route: Partial<RouteDefinition> = {}, options: ObservePluginOptions = { conditions: true }) {
    const handler = () => {
      this.runs++;
      return String(this.level);
    };
    const metadata = [observable()];
    const add = (app: App) =>
      app.route({ method: "GET", path: "/level", metadata, handler, ...route } as RouteDefinition);
    this.bench = await startInjected(add, options, { clock: this.clock });
    return this;
  }

  /** Registers and takes the first answer. */
  async observe(query: string) {
    const stream = this.bench.client.observe(query === "" ? "/level" : `/level?${query}`);
    const first = (await stream.next()).value;
    const isObserving = first?.options.has(OptionNumber.Observe) === true;
    return { first, isObserving, ...collect(stream) };
  }

  async set(level: unknown): Promise<void> {
    this.level = level;
    this.bench.notifier.changed("/level");
    await settled();
  }
}

describe("conditional query parameters", () => {
  let tank: Tank;
  afterEach(async () => {
    await tank.bench.app.close();
    expect(tank.clock.pendingTimers).toBe(0);
    expect(tank.bench.notifier.counters).toMatchObject({ relations: 0, deadlines: 0, feeds: 0 });
  });

  it("tell each client what it asked for, with one run and one encoding for all", async () => {
    tank = await new Tank().start();
    const everything = await tank.observe("");
    const above = await tank.observe("c.gt=20");
    const steps = await tank.observe("c.st=5");
    expect([everything.isObserving, above.isObserving, steps.isObserving]).toEqual([true, true, true]);
    tank.runs = 0;
    for (const level of [12, 16, 21, 22, 19]) await tank.set(level);
    expect(tank.runs).toBe(5);
    expect(tank.bench.notifier.counters.encodings).toBe(5);
    expect(everything.texts).toEqual(["12", "16", "21", "22", "19"]);
    expect(above.texts).toEqual(["21", "19"]);
    expect(steps.texts).toEqual(["16", "21"]);
    expect(tank.bench.notifier.counters).toMatchObject({ notifications: 9, withheld: 6 });
  });

  it("wait for what a handler promises, also by a then of its own", async () => {
    let level = 10;
    // biome-ignore lint/suspicious/noThenProperty: as the queries of some database libraries
    const query = { then: (resolve: (value: string) => void) => resolve(String(level)) };
    tank = await new Tank().start({ handler: () => query });
    const { texts } = await tank.observe("c.gt=20");
    for (level of [15, 21]) await tank.set(level);
    expect(texts).toEqual(["21"]);
  });

  it("never reach the handler or its schemas", async () => {
    const seen: unknown[] = [];
    tank = await new Tank().start({
      query: z.strictObject({ unit: z.string().optional() }),
      handler: ({ query }) => {
        seen.push({ ...query });
        return "10";
      },
    } as Partial<RouteDefinition>);
    const observer = await tank.observe("c.pmin=1&unit=C&c.gt=5");
    expect(observer.first?.code).toBe("2.05");
    await tank.clock.advance(2000);
    await tank.set(3);
    expect(seen).toEqual([{ unit: "C" }, { unit: "C" }]);
    expect((await tank.bench.client.get("/level?unit=C&c.pmin=1")).code).toBe("2.05");
    expect((await tank.bench.client.get("/level?bad=1&c.pmin=1")).code).toBe("4.00");
  });

  it("c.pmin spaces notifications out, the newest value being told when it is over", async () => {
    tank = await new Tank().start();
    const { texts } = await tank.observe("c.pmin=10");
    await tank.clock.advance(4000);
    await tank.set(11);
    await tank.set(12);
    expect(texts).toEqual([]);
    await tank.clock.advance(5999);
    expect(texts).toEqual([]);
    await tank.clock.advance(1);
    await settled();
    expect(texts).toEqual(["12"]);
    await tank.clock.advance(60_000);
    expect(texts).toEqual(["12"]);
  });

  it("c.pmax tells the state of affairs though nothing has changed, with one run for all who are due, and limits Max-Age", async () => {
    tank = await new Tank().start();
    const slow = await Promise.all([tank.observe("c.pmax=20"), tank.observe("c.pmax=20&c.gt=100")]);
    const plain = await tank.observe("");
    expect(slow[0].first?.options.uint(OptionNumber.MaxAge)).toBe(20);
    tank.runs = 0;
    await tank.clock.advance(60_000);
    await settled();
    expect(slow.map(({ texts }) => texts)).toEqual([
      ["10", "10", "10"],
      ["10", "10", "10"],
    ]);
    expect(plain.texts).toEqual([]);
    expect(tank.runs).toBe(3);
    tank.level = 11;
    await tank.clock.advance(20_000);
    await settled();
    expect(plain.texts).toEqual(["11"]);
  });

  it("c.epmax looks by itself, and c.epmin not too often", async () => {
    tank = await new Tank().start();
    const { texts } = await tank.observe("c.epmin=2&c.epmax=5&c.st=1");
    await tank.clock.advance(5000);
    await settled();
    expect(texts).toEqual([]);
    tank.level = 12;
    await tank.clock.advance(5000);
    await settled();
    expect(texts).toEqual(["12"]);
    await tank.clock.advance(1000);
    await tank.set(20);
    expect(texts).toEqual(["12"]);
    await tank.clock.advance(1000);
    expect(texts).toEqual(["12", "20"]);
  });

  it("look at the value before it is encoded, found as the route says", async () => {
    const level = { depths: [3, 4] };
    const valueFrom = (result: unknown) => (result as typeof level).depths[1];
    const metadata = [observable({ valueFrom })];
    const format = {
      contentFormat: 65_000,
      mediaType: "application/x-test",
      structured: true,
      encode: (value: unknown) => JSON.stringify(value),
      decode: () => ({ ok: false, reason: "none" }) as const,
    };
    tank = new Tank();
    const add = (app: App) => app.route({ method: "GET", path: "/level", metadata, handler: () => level });
    const formats = definePlugin({
      name: "formats",
      version: "1.0.0",
      contract: 1,
      setup: (host) => host.formats.add(format),
    });
    tank.bench = await startInjected(add, { conditions: true }, { clock: tank.clock, plugins: [formats()] });
    const { texts } = await tank.observe("c.gt=5");
    level.depths = [9, 5];
    tank.bench.notifier.changed("/level");
    await settled();
    level.depths = [1, 6];
    tank.bench.notifier.changed("/level");
    await settled();
    expect(texts).toEqual(['{"depths":[1,6]}']);
  });

  it("never make a request fail with 5.xx, whatever they are", async () => {
    tank = await new Tank().start();
    const name = fc.constantFrom("c.pmin", "c.pmax", "c.epmin", "c.epmax", "c.gt", "c.lt", "c.st", "c.band", "c.edge");
    const value = fc.oneof(fc.constantFrom("", "0", "1", "-1", "true", "1e9", "NaN"), fc.string({ maxLength: 8 }));
    const item = fc.tuple(name, value, fc.boolean()).map(([n, v, isFlag]) => (isFlag ? n : `${n}=${v}`));
    const options = (items: readonly string[], observe: number) => [
      { number: OptionNumber.Observe, value: observe },
      ...items.map((query) => ({ number: OptionNumber.UriQuery, value: query })),
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 4 }), fc.constantFrom(0, 1), async (items, observe) => {
        const request = { method: "GET", path: "/level", options: options(items, observe) } as const;
        expect(["2.05", "4.00"]).toContain((await tank.bench.app.inject(request)).code);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["c.pmin=0", "c.pmin takes a number of seconds above 0."],
    ["c.pmin=5&c.pmax=4", "c.pmax is less than c.pmin."],
    ["c.band", "c.band needs c.gt, c.lt or both."],
  ])("that are malformed or contradict each other are 4.00: %s", async (query, reason) => {
    tank = await new Tank().start();
    expect((await tank.observe(query)).first).toMatchObject({ code: "4.00", text: reason });
    expect(await tank.bench.client.get(`/level?${query}`)).toMatchObject({ code: "4.00", text: reason });
    expect(tank.runs).toBe(0);
  });

  it("that the value has no answer to are 4.00", async () => {
    tank = await new Tank().start();
    tank.level = "low";
    expect((await tank.observe("c.gt=1")).first).toMatchObject({ code: "4.00" });
    tank.level = "7";
    expect((await tank.observe("c.edge=1")).first?.text).toContain("c.edge needs a resource whose value is a boolean");
    expect(tank.bench.notifier.counters.registrations).toBe(0);
  });

  it("leave errors of the handler as they are, at a registration and afterwards", async () => {
    let level: unknown = notFound("no tank");
    const handler = () => {
      if (level instanceof Error) throw level;
      return level;
    };
    const valueFrom = (result: unknown) => Number((result as string).slice(1));
    tank = await new Tank().start({ metadata: [observable({ valueFrom })], handler });
    expect((await tank.observe("c.gt=5")).first).toMatchObject({ code: "4.04", text: "no tank" });
    for (const failure of [notFound("no tank"), new Error("broken sensor")]) {
      level = "L1";
      const { replies, ended } = await tank.observe("c.gt=5");
      level = failure;
      tank.bench.notifier.changed("/level");
      await ended;
      expect(replies.map(({ code }) => code)).toEqual([failure instanceof Error ? "5.00" : "4.04"]);
    }
  });

  it("take a representation for news where the app cannot find its value", async () => {
    let level: unknown = "L1";
    const valueFrom = (result: unknown) => Number((result as string).slice(1));
    tank = await new Tank().start({ metadata: [observable({ valueFrom })], handler: () => level });
    const { texts } = await tank.observe("c.gt=5&c.pmax=60");
    for (level of ["L2", content("other"), "L9"]) {
      tank.bench.notifier.changed("/level");
      await settled();
    }
    await tank.clock.advance(60_000);
    await settled();
    expect(texts).toEqual(["other", "L9", "L9"]);
  });

  it("asking for too much are answered like a plain GET", async () => {
    tank = await new Tank().start({}, { conditions: true, minPeriodS: 5 });
    for (const query of ["c.pmax=4.9", "c.epmax=1"]) {
      const { first, isObserving } = await tank.observe(query);
      expect([first?.code, isObserving]).toEqual(["2.05", false]);
    }
    expect((await tank.observe("c.pmax=5&c.pmin=0.1")).isObserving).toBe(true);
    expect(tank.bench.notifier.counters).toMatchObject({ refused: 2, relations: 1 });
  });

  it("mean nothing where they are off, by route or for the app", async () => {
    tank = await new Tank().start({ metadata: [observable({ conditions: false })] });
    const { texts } = await tank.observe("c.gt=100&c.pmin=0");
    await tank.set(11);
    expect(texts).toEqual(["11"]);
  });

  it("are shown with the relation", async () => {
    tank = await new Tank().start();
    await tank.observe("c.pmin=5&c.con=1");
    expect(tank.bench.notifier.relations("/level")).toMatchObject([
      { conditions: { pminMs: 5000, con: true }, registeredMs: 0, notifiedMs: undefined, notifications: 0 },
    ]);
  });
});
