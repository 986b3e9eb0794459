import { createApp, Fetch, Get, inject, isCoapkitError, Post, Resource } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { Notifier, Observe, type ObserveOptions, observable, observe } from "../src/index.js";
import { settled, silent } from "./support.js";

const boot = async (metadata: ObserveOptions, method: "GET" | "POST" = "GET") => {
  const app = await createApp({ plugins: [observe()], logger: silent });
  app.route({ method, path: "/t", metadata: [observable(metadata)], handler: () => "t" });
  await app.ready();
  return app;
};

const codeOf = (action: Promise<unknown>): Promise<unknown> =>
  action.then(
    () => "booted",
    (error: unknown) => (isCoapkitError(error) ? `${error.code}: ${error.message}` : error),
  );

describe("boot", () => {
  it("takes decorated methods, and gives the notifier by its type's token", async () => {
    @Resource("rooms")
    class Rooms {
      constructor(@inject(Notifier) readonly notifier: Notifier) {}
      @Get(":id") @Observe() read(): string {
        return "room";
      }
      @Fetch() @Observe({ confirmable: "never", maxAgeS: 1, perClient: true }) search(): string {
        return "rooms";
      }
      @Post() add(): void {
        this.notifier.changed("rooms", 1);
      }
    }
    const app = await createApp({ resources: [Rooms], plugins: [observe()], logger: silent });
    expect(await app.inject({ method: "POST", path: "/rooms" })).toMatchObject({ code: "2.04" });
    await settled();
    expect((await app.inject({ method: "GET", path: "/.well-known/core" })).text).toContain("</rooms>;obs");
    await app.close();
  });

  it("refuses a route of another method, and names it", async () => {
    expect(await codeOf(boot({}, "POST"))).toMatch(/^COAPKIT_ERR_DECORATOR_MISUSE: POST \/t answers POST/);
  });

  it("fails where a route can be observed and the plugin is not loaded", async () => {
    @Resource("rooms")
    class Rooms {
      @Get() @Observe() read(): string {
        return "rooms";
      }
    }
    const booting = createApp({ resources: [Rooms], logger: silent }).then((app) => app.ready());
    expect(await codeOf(booting)).toMatch(
      /^COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING: Rooms.read carries metadata of plugin @coapkit\/plugin-observe/,
    );
  });

  it.each([
    { observers: 0 },
    { observersPerPeer: -1 },
    { minPeriodS: 0.5 },
    { store: { save: () => undefined } },
    { store: "memory" },
  ])("refuses the plugin's options %j", async (options) => {
    expect(await codeOf(createApp({ plugins: [observe(options as never)] }))).toMatch(/^COAPKIT_ERR_OPTIONS_INVALID/);
  });

  it("refuses the decorator on a class", () => {
    const decorate = (): void => {
      // @ts-expect-error a method decorator
      @Observe()
      class Rooms {}
      void Rooms;
    };
    expect(decorate).toThrow(/@Observe stands on the class Rooms/);
  });

  it.each([
    { confirmable: "sometimes" },
    { confirmable: { every: 0 } },
    { confirmable: { every: 2, or: 3 } },
    { confirmable: null },
    { confirmable: { intervalS: 0 } },
    { conditions: "yes" },
    { valueFrom: "v" },
    { maxAgeS: -1 },
    { maxAgeS: 2 ** 32 },
    { perClient: 1 },
    { every: 2 },
  ])("refuses the options %j", async (options) => {
    expect(await codeOf(boot(options as never))).toMatch(/^COAPKIT_ERR_OPTIONS_INVALID: .*@Observe of GET \/t/);
    const { perClient: _, valueFrom: __, ...ofPlugin } = options as Record<string, unknown>;
    if (Object.keys(ofPlugin).length === 0) return;
    expect(await codeOf(createApp({ plugins: [observe(ofPlugin as never)] }))).toMatch(/^COAPKIT_ERR_OPTIONS_INVALID/);
  });
});
