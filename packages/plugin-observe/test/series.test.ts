import { EventEmitter, on } from "node:events";
import { type App, content, type Logger, notFound, type RequestContext } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { type EndReason, type ObserveOptions, observable } from "../src/index.js";
import { type Bench, collect, settled, silent, startInjected } from "./support.js";

/** An async iterable that a test feeds, and which counts its iterators. */
class Source {
  opened = 0;
  closed = 0;
  runs = 0;
  signal: AbortSignal | undefined;
  #queue: unknown[] = [];
  readonly #wakes = new Set<() => void>();

  /** The handler of the route. */
  readonly handler = (ctx: RequestContext): AsyncIterable<unknown> => {
    this.runs++;
    this.signal = ctx.signal;
    return this.#values(ctx.signal);
  };

  /** The next value; an Error is thrown, `"end"` ends it. */
  push(...values: readonly unknown[]): void {
    this.#queue.push(...values);
    this.#wakeAll();
  }

  async *#values(signal: AbortSignal): AsyncGenerator<unknown> {
    this.opened++;
    signal.addEventListener("abort", () => this.#wakeAll());
    try {
      for (;;) {
        while (this.#queue.length === 0 && !signal.aborted) await this.#next();
        if (signal.aborted) return;
        const value = this.#queue.shift();
        if (value instanceof Error) throw value;
        if (value === "end") return;
        yield value;
      }
    } finally {
      this.closed++;
    }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#wakes.add(resolve));
  }

  #wakeAll(): void {
    for (const wake of this.#wakes) wake();
    this.#wakes.clear();
  }
}

describe("a handler that gives a series of values", () => {
  let bench: Bench;
  let source: Source;
  const ends: EndReason[] = [];
  const start = async (options: ObserveOptions = {}) => {
    source = new Source();
    ends.length = 0;
    const add = (app: App) =>
      app.route({ method: "GET", path: "/s", metadata: [observable(options)], handler: source.handler });
    bench = await startInjected(add, { conditions: true, onUnsubscribe: (_, reason) => ends.push(reason) });
  };
  const observe = async (path = "/s") => {
    const controller = new AbortController();
    const stream = bench.client.observe(path, { signal: controller.signal });
    const first = (await stream.next()).value;
    return { stop: () => controller.abort(), first, ...collect(stream) };
  };
  afterEach(async () => {
    await bench.app.close();
    await settled();
    expect(bench.notifier.counters).toMatchObject({ relations: 0, feeds: 0, deadlines: 0 });
    expect(source.opened).toBe(source.closed);
  });

  it("notifies of each value, and closes the iterator when the last observer goes", async () => {
    await start();
    source.push("1");
    const observer = await observe();
    expect(observer.first?.text).toBe("1");
    expect(observer.first?.options.has(OptionNumber.Observe)).toBe(true);
    source.push("2");
    await settled();
    source.push(content("3", { maxAgeS: 9 }));
    await settled();
    expect(observer.texts).toEqual(["2", "3"]);
    expect(observer.replies[1]?.options.uint(OptionNumber.MaxAge)).toBe(9);
    expect([source.closed, source.signal?.aborted]).toEqual([0, false]);
    observer.stop();
    await settled();
    expect([source.opened, source.closed, source.signal?.aborted]).toEqual([1, 1, true]);
    expect(bench.notifier.counters).toMatchObject({ feeds: 0, encodings: 2 });
  });

  it("has one iterator for all who asked alike, whatever their conditions", async () => {
    await start();
    source.push("1");
    const observers = [await observe(), await observe(), await observe("/s?c.gt=10")];
    expect(observers.map(({ first }) => first?.text)).toEqual(["1", "1", "1"]);
    expect([source.opened, bench.notifier.counters.feeds]).toEqual([1, 1]);
    source.push("2");
    await settled();
    source.push("20");
    await settled();
    expect(observers.map(({ texts }) => texts)).toEqual([["2", "20"], ["2", "20"], ["20"]]);
    expect(bench.notifier.counters).toMatchObject({ encodings: 2, notifications: 5 });
    for (const { stop } of observers) stop();
    await settled();
    expect(source.closed).toBe(1);
  });

  it("goes on for the others when the client leaves whose registration has opened it", async () => {
    await start();
    source.push("1");
    const opener = await observe();
    const { signal } = source;
    const other = await observe();
    opener.stop();
    await settled();
    expect([source.closed, signal?.aborted]).toEqual([0, false]);
    source.push("2");
    await settled();
    expect(other.texts).toEqual(["2"]);
  });

  it("has an iterator of its own for another query", async () => {
    await start();
    source.push("1");
    expect((await observe("/s?a")).first?.text).toBe("1");
    const second = observe("/s?b");
    await settled();
    source.push("2", "3");
    await second;
    expect([source.opened, bench.notifier.counters.feeds]).toEqual([2, 2]);
  });

  it("keeps the newest value where they come faster than they are encoded", async () => {
    await start();
    source.push("1");
    let release = (): void => undefined;
    let encoded = 0;
    const slowly = (): Promise<void> | undefined => {
      encoded++;
      return encoded > 1 ? undefined : new Promise((resolve) => (release = resolve));
    };
    await bench.app.close();
    const add = (app: App) => {
      app.route({ method: "GET", path: "/s", metadata: [observable()], handler: source.handler });
      app.hook("onNotify", slowly);
    };
    bench = await startInjected(add);
    const { texts } = await observe();
    source.push("slow");
    await settled();
    for (let i = 0; i < 10; i++) {
      source.push(`v${i}`);
      await settled();
    }
    expect(texts).toEqual([]);
    release();
    await settled();
    expect(texts).toEqual(["slow", "v9"]);
    expect(bench.notifier.counters).toMatchObject({ encodings: 2, coalesced: 10 });
  });

  it("answers a plain GET with the first value and closes, or with the value of the iterator that runs", async () => {
    await start();
    source.push("1", "unread");
    expect((await bench.client.get("/s")).text).toBe("1");
    await settled();
    expect([source.opened, source.closed, bench.notifier.counters.feeds]).toEqual([1, 1, 0]);
    const observer = await observe();
    expect(observer.first?.text).toBe("unread");
    source.push("3");
    await settled();
    expect((await bench.client.get("/s")).text).toBe("3");
    expect([source.opened, source.closed]).toEqual([2, 1]);
  });

  it("that throws ends the relations with the error it stands for", async () => {
    await start();
    source.push("1");
    const observers = [await observe(), await observe()];
    source.push(new Error("broken sensor"));
    await settled();
    expect(observers.map(({ replies }) => replies.map(({ code }) => code))).toEqual([["5.00"], ["5.00"]]);
    expect(ends).toEqual(["error", "error"]);
    source.push("again");
    expect((await observe()).first?.text).toBe("again");
  });

  it("that throws during a run is forgiven where another one takes its place meanwhile", async () => {
    source = new Source();
    ends.length = 0;
    let release = (): void => undefined;
    let encoded = 0;
    const slowly = () => (encoded++ > 0 ? undefined : new Promise<void>((resolve) => (release = resolve)));
    const add = (app: App) => {
      app.route({ method: "GET", path: "/s", metadata: [observable()], handler: source.handler });
      app.hook("onNotify", slowly);
    };
    bench = await startInjected(add, { onUnsubscribe: (_, reason) => ends.push(reason) });
    source.push("1");
    const first = await observe();
    source.push("2");
    await settled();
    source.push(new Error("broken sensor"));
    await settled();
    source.push("3");
    const second = await observe();
    expect(second.first?.text).toBe("3");
    release();
    await settled();
    expect([first.texts.at(-1), ends]).toEqual(["3", []]);
    source.push("4");
    await settled();
    expect([first.texts.at(-1), second.texts.at(-1)]).toEqual(["4", "4"]);
  });

  it("that gives an error ends the relations with it", async () => {
    await start();
    source.push("1");
    const { replies } = await observe();
    source.push(notFound("gone"));
    await settled();
    expect(replies).toMatchObject([{ code: "4.04", text: "gone" }]);
    expect([ends, source.closed]).toEqual([["error"], 1]);
  });

  it("that ends leaves the relations; the last value stays, and the next change runs the handler again", async () => {
    await start();
    source.push("1");
    const observer = await observe();
    source.push("2");
    await settled();
    source.push("end");
    await settled();
    expect([source.closed, bench.notifier.counters.relations, bench.notifier.counters.feeds]).toEqual([1, 1, 0]);
    source.push("3");
    await settled();
    expect(observer.texts).toEqual(["2"]);
    bench.notifier.changed("/s");
    await settled();
    source.push("4");
    await settled();
    expect(observer.texts).toEqual(["2", "3", "4"]);
    expect([source.opened, source.runs]).toEqual([2, 2]);
  });

  it("that runs tells its newest value again where the app reports a change", async () => {
    await start();
    source.push("1");
    const { texts } = await observe();
    bench.notifier.changed("/s");
    await settled();
    expect([texts, source.runs]).toEqual([["1"], 1]);
  });

  it.each([["end"], [new Error("at once")]])(
    "that gives no first value is answered with an error: %s",
    async (value) => {
      await start();
      source.push(value);
      const { first } = await observe();
      expect(first?.code).toBe("5.00");
      expect(bench.notifier.counters).toMatchObject({ registrations: 0, feeds: 0 });
    },
  );

  it("that never gives a first value is cut at the time limit, and its signal aborted", async () => {
    source = new Source();
    const add = (app: App) =>
      app.route({ method: "GET", path: "/s", metadata: [observable()], handler: source.handler, timeoutMs: 1 });
    bench = await startInjected(add);
    expect((await observe()).first?.code).toBe("5.03");
    await settled();
    expect([source.opened, source.closed, source.signal?.aborted]).toEqual([1, 1, true]);
  });

  it("that never waits does not keep the process from other work", async () => {
    source = new Source();
    let given = 0;
    async function* endless() {
      for (;;) yield String(given++);
    }
    const add = (app: App) => app.route({ method: "GET", path: "/s", metadata: [observable()], handler: endless });
    bench = await startInjected(add);
    const { stop } = await observe();
    await settled();
    await settled();
    expect(given).toBeLessThan(40);
    stop();
  });

  it("that begins with nothing is a bug, and closed", async () => {
    await start();
    source.push(undefined);
    expect((await observe()).first?.code).toBe("5.00");
    await settled();
    expect([source.opened, source.closed]).toEqual([1, 1]);
  });

  it("that gives nothing for a notification in time is given up, also where it heeds no signal", async () => {
    source = new Source();
    let isDeaf = false;
    async function* values() {
      if (isDeaf) await new Promise(() => undefined);
      yield "1";
    }
    const add = (app: App) =>
      app.route({ method: "GET", path: "/s", metadata: [observable()], handler: values, timeoutMs: 1 });
    bench = await startInjected(add);
    const { replies, ended } = await observe();
    isDeaf = true;
    bench.notifier.changed("/s");
    await ended;
    expect(replies.map(({ code }) => code)).toEqual(["5.03"]);
    expect(bench.notifier.counters).toMatchObject({ relations: 0, feeds: 0 });
    isDeaf = false;
    expect((await observe()).first?.text).toBe("1");
  });

  it.each(["return", "signal"])(
    "that listens from the beginning is closed by %s where another one's is shared",
    async (way) => {
      source = new Source();
      const emitter = new EventEmitter();
      const handler = ({ signal }: RequestContext): AsyncIterable<unknown> => {
        const events = on(emitter, "level", way === "signal" ? { signal } : {}); // listens at once
        const next = async () => ({ value: ((await events.next()).value as string[])[0] });
        const iterator = way === "signal" ? { next } : { next, return: () => events.return?.() as Promise<never> };
        return { [Symbol.asyncIterator]: () => iterator };
      };
      bench = await startInjected((app) => app.route({ method: "GET", path: "/s", metadata: [observable()], handler }));
      const registering = [observe(), observe()];
      await settled();
      emitter.emit("level", "1");
      const [first, second] = await Promise.all(registering);
      expect([first?.first?.code, second?.first?.code, emitter.listenerCount("level")]).toEqual(["2.05", "2.05", 1]);
      await bench.client.get("/s");
      await settled();
      expect(emitter.listenerCount("level")).toBe(1);
      first?.stop();
      second?.stop();
      await settled();
      expect(emitter.listenerCount("level")).toBe(0);
    },
  );

  it("that fails to close, or while nobody waits for it, is logged and no more", async () => {
    source = new Source();
    let fail = (_: Error): void => undefined;
    let given = 0;
    const series = {
      next: () =>
        given++ === 0
          ? Promise.resolve({ value: "1" })
          : new Promise((_, reject: (e: Error) => void) => (fail = reject)),
      return: () => Promise.reject(new Error("stuck")),
      [Symbol.asyncIterator]: () => series,
    };
    const errors: string[] = [];
    const logger = { ...silent, error: (_: unknown, text: string) => errors.push(text) } as Logger;
    const add = (app: App) =>
      app.route({
        method: "GET",
        path: "/s",
        metadata: [observable()],
        handler: () => series as AsyncIterable<unknown>,
      });
    bench = await startInjected(add, {}, { logger });
    const { stop } = await observe();
    await settled();
    stop();
    fail(new Error("late"));
    await settled();
    expect(errors).toEqual(["iterator failed to close"]);
  });

  it("is a body where the route cannot be observed", async () => {
    source = new Source();
    async function* body() {
      yield Uint8Array.of(65);
      yield Uint8Array.of(66);
    }
    bench = await startInjected((app) => app.route({ method: "GET", path: "/b", handler: () => body() }));
    expect((await bench.client.get("/b")).text).toBe("AB");
  });
});
