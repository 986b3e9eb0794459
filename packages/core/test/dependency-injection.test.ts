import { describe, expect, it } from "vitest";
import { CLOCK, Get, Injectable, inject, LOGGER, type OnClose, type OnReady, Resource, token } from "../src/index.js";
import { RecordingLogger } from "./support/recording-logger.js";
import { failure, plugin, testApp } from "./support/test-app.js";

interface Settings {
  readonly unit: string;
}
const SETTINGS = token<Settings>("test/settings");
const OTHER = token<Settings>("test/other");

let made: string[] = [];

@Injectable()
class Database {
  constructor() {
    made.push("Database");
  }
}
@Injectable()
class Store {
  constructor(readonly database: Database) {
    made.push("Store");
  }
}
@Injectable()
class Fahrenheit implements Settings {
  readonly unit = "F";
  constructor(readonly store: Store) {
    made.push("Fahrenheit");
  }
}

@Resource("a")
class First {
  constructor(
    readonly store: Store,
    @inject(SETTINGS) readonly settings: Settings,
  ) {}
  @Get() read() {
    return this.settings.unit;
  }
}
@Resource("b")
class Second {
  constructor(
    readonly store: Store,
    readonly database: Database,
  ) {}
  @Get() read() {
    return "b";
  }
}

function fresh(): void {
  made = [];
}

describe("providers", () => {
  it("by type: @Injectable classes need no listing, and each is made once for an app", async () => {
    fresh();
    const { app } = await testApp({
      resources: [First, Second],
      providers: [{ provide: SETTINGS, useValue: { unit: "C" } }],
    });
    expect(made).toEqual(["Database", "Store"]);
    expect(app.resolve(First).store).toBe(app.resolve(Second).store);
    expect(app.resolve(Second).database).toBe(app.resolve(Store).database);
  });

  it.each([
    ["useValue", { provide: SETTINGS, useValue: { unit: "F" } }],
    ["useClass", { provide: SETTINGS, useClass: Fahrenheit }],
    ["useFactory", { provide: SETTINGS, useFactory: () => ({ unit: "F" }) }],
  ])("by token, %s", async (_, provider) => {
    fresh();
    const { app } = await testApp({ resources: [First], providers: [provider] });
    expect((await app.inject({ method: "GET", path: "/a" })).text).toBe("F");
    expect(app.resolve(SETTINGS)).toBe(app.resolve(First).settings);
    expect(made.filter((name) => name === "Store")).toHaveLength(1);
  });

  it("factories run once, when first asked, and may ask for more, also for unlisted @Injectable classes", async () => {
    fresh();
    let calls = 0;
    const { app } = await testApp({
      providers: [
        { provide: SETTINGS, useFactory: (resolve) => ({ unit: `${++calls}`, store: resolve(Store) }) },
        { provide: OTHER, useFactory: (resolve) => resolve(SETTINGS) },
      ],
    });
    expect([calls, made]).toEqual([0, []]);
    expect(app.resolve(OTHER)).toBe(app.resolve(SETTINGS));
    expect([calls, made]).toEqual([1, ["Database", "Store"]]);
    expect((app.resolve(SETTINGS) as unknown as First).store).toBe(app.resolve(Store));
  });

  it("a factory that failed is tried again", async () => {
    let calls = 0;
    const useFactory = () => {
      if (++calls === 1) throw new Error("not yet");
      return { unit: "C" };
    };
    const { app } = await testApp({ providers: [{ provide: SETTINGS, useFactory }] });
    expect((await failure(() => app.resolve(SETTINGS))).message).toBe("not yet");
    expect(app.resolve(SETTINGS).unit).toBe("C");
  });

  it("an app's class can stand in for another", async () => {
    class Fake {
      readonly database = "none";
    }
    const { app } = await testApp({
      resources: [Second],
      providers: [
        { provide: Store, useClass: Fake as never },
        { provide: Database, useValue: "fake" },
      ],
    });
    expect(app.resolve(Second).store).toBeInstanceOf(Fake);
    expect(app.resolve(Second).database).toBe("fake");
  });

  it("of a class above go to a constructor that is inherited, tokens included", async () => {
    @Resource("c")
    class Sub extends First {}
    const { app } = await testApp({ resources: [Sub], providers: [{ provide: SETTINGS, useValue: { unit: "K" } }] });
    expect((await app.inject({ method: "GET", path: "/c" })).text).toBe("K");
  });

  it("of plugins reach resources and later plugins", async () => {
    const giving = plugin("giving", (host) => host.provide(SETTINGS, () => ({ unit: "plugin" })));
    const seen: string[] = [];
    const asking = plugin("asking", (host) => void seen.push(host.resolve(SETTINGS).unit));
    const { app } = await testApp({ resources: [First], plugins: [giving, asking] });
    expect((await app.inject({ method: "GET", path: "/a" })).text).toBe("plugin");
    expect(seen).toEqual(["plugin"]);
  });

  it("that a plugin asks for in setup are the same ones that resources get", async () => {
    fresh();
    let early: unknown;
    const asking = plugin("asking", (host) => {
      early = host.resolve(SETTINGS);
    });
    const { app } = await testApp({
      resources: [First],
      providers: [{ provide: SETTINGS, useClass: Fahrenheit }],
      plugins: [asking],
    });
    expect(app.resolve(First).settings).toBe(early);
    expect((early as Fahrenheit).store).toBe(app.resolve(Store));
    expect(made).toEqual(["Database", "Store", "Fahrenheit"]);
  });

  it("of core are the app's logger and clock; a plugin may take the logger's place", async () => {
    const { app, clock } = await testApp();
    expect(app.resolve(CLOCK)).toBe(clock);
    expect(app.resolve(LOGGER)).toBe(app.log);
    const own = new RecordingLogger();
    const logging = plugin("logging", (host) => host.provide(LOGGER, () => own, { replace: true }));
    const second = await testApp({ plugins: [logging] });
    second.app.log.info({ a: 1 }, "hello");
    expect([own.records, second.log.records]).toEqual([[{ level: "info", fields: { a: 1 }, message: "hello" }], []]);
  });
});

describe("the life of an app", () => {
  const order: string[] = [];

  @Injectable()
  class Inner implements OnReady, OnClose {
    onReady() {
      order.push("ready Inner");
    }
    async onClose() {
      order.push("close Inner");
    }
  }
  @Resource("x")
  class Outer implements OnReady, OnClose {
    constructor(readonly inner: Inner) {}
    async onReady() {
      order.push("ready Outer");
    }
    onClose() {
      order.push("close Outer");
    }
    @Get() read() {
      return "x";
    }
  }
  const talking = (name: string) =>
    plugin(name, (host) => {
      order.push(`setup ${name}`);
      host.onReady(() => void order.push(`ready ${name}`));
      host.onClose(async () => void order.push(`close ${name}`));
    });

  it("starts in boot order and closes in reverse, once", async () => {
    const { app } = await testApp({ resources: [Outer], plugins: [talking("one"), talking("two")] });
    app.hook("onReady", () => void order.push("ready app"));
    app.hook("onClose", () => void order.push("close app"));
    expect(order.splice(0)).toEqual(["setup one", "setup two"]);
    await Promise.all([app.ready(), app.ready(), app.inject({ method: "GET", path: "/x" })]);
    expect(order.splice(0)).toEqual(["ready one", "ready two", "ready app", "ready Inner", "ready Outer"]);
    await Promise.all([app.close(), app.close()]);
    expect(order.splice(0)).toEqual(["close Outer", "close Inner", "close app", "close two", "close one"]);
  });

  it("waits for anything that can be waited for", async () => {
    const { app } = await testApp();
    // biome-ignore lint/suspicious/noThenProperty: a thenable that is no Promise is what is tested
    const query = { then: (next: (count: number) => void) => next(order.push("query")) } as unknown as Promise<void>;
    app.hook("onReady", () => query);
    app.hook("onReady", () => void order.push("after"));
    await app.ready();
    expect(order.splice(0)).toEqual(["query", "after"]);
  });

  it("closes also when it never was ready", async () => {
    const { app } = await testApp({ plugins: [talking("one")] });
    await app.close();
    expect(order.splice(0)).toEqual(["setup one", "close one"]);
  });

  it("sets plugins up after those they depend on, else as listed", async () => {
    const { definePlugin } = await import("../src/index.js");
    const depending = definePlugin({
      name: "z",
      version: "1.0.0",
      contract: 1,
      dependencies: ["b", "a"],
      setup: () => void order.push("setup z"),
    })();
    await testApp({ plugins: [depending, talking("c"), talking("a"), talking("b")] });
    expect(order.splice(0)).toEqual(["setup b", "setup a", "setup z", "setup c"]);
  });
});
