import {
  boolean,
  defineOptions,
  definePlugin,
  PLUGIN_CONTRACT,
  type Plugin,
  type PluginDefinition,
  type PluginHost,
  token,
} from "@coapkit/core";
import { afterEach, describe, expect, it } from "vitest";
import { describePluginContract, pluginContract } from "../src/plugin-contract/plugin-contract.js";
import type { PluginContractOptions } from "../src/plugin-contract/plugin-options.js";
import { failuresOf } from "./run-cases.js";

const CLOCK_SERVICE = token<{ ticks: number }>("coapkit-plugin-sample/clock");

const sample = definePlugin({
  name: "coapkit-plugin-sample",
  version: "1.2.3",
  contract: PLUGIN_CONTRACT,
  requires: ["observe", "callBack"],
  options: defineOptions({ loud: boolean({ default: false }) }),
  setup(host) {
    const service = { ticks: 0 };
    let timer = host.clock.setTimer(60_000, () => {});
    host.provide(CLOCK_SERVICE, () => service);
    host.hooks.add("onRequest", () => {
      service.ticks++;
      timer.cancel();
      timer = host.clock.setTimer(60_000, () => {});
    });
    host.hooks.add("onResponse", () => {});
    host.onClose(() => timer.cancel());
  },
});

/** What a third party wrote wrongly: a definition with some parts replaced. */
function broken(parts: Partial<PluginDefinition<unknown>>): () => Plugin {
  const { definition } = sample();
  return () => ({ ...sample(), definition: { ...definition, ...parts } });
}

const brokenSetup = (setup: (host: PluginHost) => void | Promise<void>) => broken({ setup });

async function failures(makePlugin: () => Plugin, options: PluginContractOptions = {}) {
  return failuresOf(pluginContract(makePlugin, { deadlineMs: 2_000, ...options }));
}

async function onlyFailure(makePlugin: () => Plugin, options?: PluginContractOptions) {
  return [...(await failures(makePlugin, options))];
}

const dependent = definePlugin({
  name: "coapkit-plugin-dependent",
  version: "1.0.0",
  contract: PLUGIN_CONTRACT,
  dependencies: ["coapkit-plugin-sample"],
  setup(host) {
    host.resolve(CLOCK_SERVICE).ticks++;
  },
});

describePluginContract({ describe, it }, () => sample({ loud: true }));
describePluginContract({ describe, it }, () => dependent(), { dependencies: () => [sample()] });

describe("pluginContract finds", () => {
  const cleanUp: (() => void)[] = [];
  afterEach(() => {
    for (const undo of cleanUp.splice(0)) undo();
  });

  it.each([
    ["a name that no package can have", { name: "My Plugin" }, 'found "My Plugin"'],
    ["a version that is none", { version: "1.x" }, 'found "1.x"'],
  ])("%s", async (_, parts, message) => {
    const found = await failures(broken(parts));
    expect(found.get("has a name, a version, a contract number and setup")).toContain(message);
  });

  it("another contract number", async () => {
    const found = await failures(broken({ contract: PLUGIN_CONTRACT + 1 }));
    expect(found.get("has a name, a version, a contract number and setup")).toContain("found 2");
    expect(found.has("boots, and closes in time")).toBe(true);
  });

  it("options that nobody checks", async () => {
    const anything = { "~standard": { version: 1 as const, vendor: "test", validate: () => ({ value: {} }) } };
    const [[title, message] = []] = await onlyFailure(broken({ options: anything }));
    expect(title).toBe("refuses unknown options, and names plugin and key");
    expect(message).toContain("the app booted");
  });

  it("a dependency that is needed but not declared", async () => {
    const undeclared = () => ({ ...dependent(), definition: { ...dependent().definition, dependencies: [] } });
    const found = await failures(undeclared);
    expect(found.get("boots, and closes in time")).toContain("coapkit-plugin-sample/clock");
  });

  it("options that the plugin writes to", async () => {
    const input = { loud: true };
    const makePlugin = brokenSetup(() => {
      input.loud = !input.loud;
    });
    const found = await failures(() => ({ ...makePlugin(), input }));
    expect(found.get("leaves its definition and its options as they are")).toContain("leave its definition");
  });

  it("a hook that throws for requests without a route", async () => {
    const makePlugin = brokenSetup((host) => {
      host.hooks.add("onResponse", (ctx) => {
        if (ctx.route.method === undefined) throw new TypeError("no method");
      });
    });
    const found = await failures(makePlugin);
    expect(found.get("stands requests that no route answers")).toMatch(/onResponse threw TypeError: no method/);
    expect(found.has("lets plain requests through")).toBe(false);
  });

  it("a hook that throws for a malformed query", async () => {
    const makePlugin = brokenSetup((host) => {
      host.hooks.add("onRequest", (ctx) => {
        for (const name of Object.keys(ctx.query as object)) decodeURIComponent(name === "a" ? "%" : name);
      });
    });
    const [[title, message] = []] = await onlyFailure(makePlugin);
    expect(title).toBe("stands malformed paths, queries and options");
    expect(message).toContain("onRequest threw URIError");
  });

  it("a hook that throws when a handler has failed", async () => {
    const makePlugin = brokenSetup((host) => {
      host.hooks.add("onError", async (ctx) => {
        throw new Error(`cannot report ${ctx.path}`);
      });
    });
    expect((await failures(makePlugin)).get("stands handlers that fail")).toContain("onError threw");
  });

  it("a guard that refuses all, unless it is told how to pass", async () => {
    const PASS = 65_000;
    const makePlugin = brokenSetup((host) => {
      host.options.define({
        number: PASS,
        name: "Pass",
        format: "empty",
        minLength: 0,
        maxLength: 0,
        repeatable: false,
      });
      host.hooks.add("onRequest", async (ctx) => {
        const { CoapError, Code } = await import("@coapkit/core");
        if (!ctx.request.options.has(PASS)) throw new CoapError(Code.Unauthorized, "no pass");
      });
    });
    expect((await failures(makePlugin)).get("lets plain requests through")).toContain("found 4.01");
    expect(await onlyFailure(makePlugin, { requestOptions: [{ number: PASS, value: "" }] })).toEqual([]);
  });

  it("a format that throws on bytes from outside", async () => {
    const makePlugin = brokenSetup((host) => {
      host.formats.add({
        contentFormat: 65_010,
        mediaType: "application/x-sample",
        structured: false,
        encode: (value) => JSON.stringify(value),
        decode: (payload) => ({ ok: true, value: JSON.parse(new TextDecoder().decode(payload)) }),
      });
    });
    const [[title, message] = []] = await onlyFailure(makePlugin);
    expect(title).toBe("stands hostile payloads in the formats it adds");
    expect(message).toContain("never to throw; for an empty payload it threw SyntaxError");
  });

  it("state that two apps share", async () => {
    const shared = { ticks: 0 };
    const found = await onlyFailure(brokenSetup((host) => host.provide(CLOCK_SERVICE, () => shared)));
    expect(found).toEqual([
      ["gives each app services of its own", expect.stringContaining('share "coapkit-plugin-sample/clock"')],
    ]);
  });

  it("a plugin that can boot only once", async () => {
    let booted = false;
    const makePlugin = brokenSetup(() => {
      if (booted) throw new Error("already set up");
      booted = true;
    });
    expect((await failures(makePlugin)).get("boots again after a close")).toContain("already set up");
  });

  it("timers that are left after a close, and after a failed boot", async () => {
    const makePlugin = brokenSetup((host) => {
      const timer = setInterval(() => {}, 60_000);
      cleanUp.push(() => clearInterval(timer));
      host.onReady(() => {});
    });
    const found = await failures(makePlugin, { deadlineMs: 500 });
    expect([...found.keys()]).toEqual([
      "leaves no timers and handles after close",
      "is closed when the setup of a later plugin fails",
      "is closed when a later plugin fails to get ready",
    ]);
    expect(found.get("leaves no timers and handles after close")).toMatch(/Timeout at .*plugin-contract\.test\.ts/);
  });

  it("timers of the app's clock that are left", async () => {
    const found = await failures(brokenSetup((host) => void host.clock.setTimer(60_000, () => {})));
    expect(found.get("leaves no timers and handles after close")).toContain("1 are still set");
  });

  it("a plugin that opens in setup but would close only once ready", async () => {
    const makePlugin = brokenSetup((host) => {
      const timer = setInterval(() => {}, 60_000);
      cleanUp.push(() => clearInterval(timer));
      let isReady = false;
      host.onReady(() => {
        isReady = true;
      });
      host.onClose(() => {
        if (isReady) clearInterval(timer);
      });
    });
    const found = await onlyFailure(makePlugin, { deadlineMs: 500 });
    expect(found.map(([title]) => title)).toEqual(["is closed when the setup of a later plugin fails"]);
  });

  it("a close that does not end", async () => {
    const makePlugin = brokenSetup((host) => host.onClose(() => new Promise(() => {})));
    const found = await failures(makePlugin, { deadlineMs: 50 });
    expect(found.get("boots, and closes in time")).toContain("app.close() to end within 50 ms");
  });

  it("a registration after setup", async () => {
    const makePlugin = brokenSetup((host) => {
      host.onReady(() => {
        try {
          host.hooks.add("onResponse", () => {});
        } catch {
          // Swallowed, as a careless plugin would.
        }
      });
    });
    expect(await onlyFailure(makePlugin)).toEqual([
      ["registers during setup only", expect.stringContaining('hooks.add("onResponse")')],
    ]);
  });

  it("changes to what the process shares", async () => {
    const makePlugin = brokenSetup(() => {
      Object.defineProperty(Array.prototype, "sampleSum", { value: () => 0, configurable: true });
      Object.defineProperty(globalThis, "sampleGlobal", { value: 1, configurable: true });
      if (cleanUp.length > 0) return;
      const listener = () => {};
      process.on("exit", listener);
      cleanUp.push(() => {
        process.off("exit", listener);
        Reflect.deleteProperty(Array.prototype, "sampleSum");
        Reflect.deleteProperty(globalThis, "sampleGlobal");
      });
    });
    const found = await failures(makePlugin);
    const message = found.get("leaves built-in objects, globals and process as they are");
    expect(message).toContain('Array.prototype, globalThis.sampleGlobal, listener of process "exit"');
  });

  it("a package that says something else than the plugin", async () => {
    const packageJson = new URL("../package.json", import.meta.url);
    const found = await onlyFailure(() => sample(), { packageJson });
    expect(found).toEqual([["agrees with its package.json", expect.stringContaining('"@coapkit/testing"')]]);
  });
});
