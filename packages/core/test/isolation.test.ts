import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Core from "../src/index.js";
import { createApp, definePlugin, Get, Injectable, Resource, token } from "../src/index.js";
import { jsonFormat } from "./support/formats.js";
import { failure, testApp } from "./support/test-app.js";

const STATE = token<{ count: number }>("test/state");

@Injectable()
class Counter {
  count = 0;
}
@Resource("count")
class CountResource {
  constructor(readonly counter: Counter) {}
  @Get() read() {
    return `${++this.counter.count}`;
  }
}

const shared = definePlugin({
  name: "shared",
  version: "1.0.0",
  contract: 1,
  setup: (host) => {
    const state = { count: 0 };
    host.provide(STATE, () => state);
    host.formats.add({ ...jsonFormat, encode: () => `${++state.count}` });
    host.options.define({
      number: 2049,
      name: "Shared",
      format: "uint",
      minLength: 0,
      maxLength: 4,
      repeatable: false,
    });
    host.routes.add({ method: "GET", path: "/state", handler: () => ({}) });
  },
})();

describe("two apps in one process", () => {
  it("share nothing, though they share classes and plugin instances", async () => {
    const options = { resources: [CountResource], plugins: [shared] };
    const [one, two] = [(await testApp(options)).app, (await testApp(options)).app];
    const bare = (await testApp()).app;
    for (let i = 0; i < 3; i++) await one.inject({ method: "GET", path: "/count" });
    expect((await one.inject({ method: "GET", path: "/count" })).text).toBe("4");
    expect((await two.inject({ method: "GET", path: "/count" })).text).toBe("1");
    expect((await one.inject({ method: "GET", path: "/state" })).text).toBe("1");
    expect((await two.inject({ method: "GET", path: "/state" })).text).toBe("1");
    expect(one.resolve(Counter)).not.toBe(two.resolve(Counter));
    expect([one.counters?.requests, two.counters?.requests]).toEqual([5, 2]);
    const request = { method: "GET", path: "/none", options: [{ number: 2049, value: 1 }] } as const;
    expect((await one.inject(request)).code).toBe("4.04");
    expect((await bare.inject(request)).code).toBe("4.02");
    await one.close();
    expect((await two.inject({ method: "GET", path: "/count" })).text).toBe("2");
  });
});

describe("a second copy of core", () => {
  let folder: string;
  let copy: typeof Core;

  beforeAll(async () => {
    const packageFolder = fileURLToPath(new URL("..", import.meta.url));
    folder = await mkdtemp(join(tmpdir(), "coapkit-core-"));
    await cp(join(packageFolder, "dist"), join(folder, "dist"), { recursive: true });
    await cp(join(packageFolder, "package.json"), join(folder, "package.json"));
    await symlink(join(packageFolder, "../../node_modules"), join(folder, "node_modules"));
    copy = await import(pathToFileURL(join(folder, "dist/index.js")).href);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("that made a plugin is named with both places", async () => {
    const foreign = copy.definePlugin({ name: "foreign", version: "1.0.0", contract: 1, setup: () => undefined })();
    expect(await failure(() => createApp({ plugins: [foreign as never] }))).toMatchObject({
      code: "COAPKIT_ERR_DUPLICATE_CORE",
      message: expect.stringMatching(
        /^Plugin foreign was made with another copy of @coapkit\/core \(file:.*coapkit-core-.*\/dist\/core-identity\.js\) than this app \(file:.*\)\. Install one version only: run "npm ls @coapkit\/core", and make it a peer dependency in plugins\.$/,
      ),
    });
  });

  it("that decorated a resource is named too", async () => {
    class Foreign {
      read() {
        return "x";
      }
    }
    copy.Get()(Foreign.prototype, "read");
    copy.Resource("foreign")(Foreign);
    expect(await failure(() => createApp({ resources: [Foreign] }))).toMatchObject({
      code: "COAPKIT_ERR_DUPLICATE_CORE",
      message: expect.stringMatching(/^Resource Foreign was made with another copy/),
    });
  });

  it("throws errors that this one answers as it means them", async () => {
    const { app } = await testApp();
    app.route({
      method: "GET",
      path: "/x",
      handler: () => {
        throw new copy.CoapError(copy.Code.Forbidden, "No.");
      },
    });
    expect(await app.inject({ method: "GET", path: "/x" })).toMatchObject({ code: "4.03", text: "No." });
  });

  it("has the same tokens, as both name them the same", () => {
    expect(copy.token("test/state").key).toBe(STATE.key);
  });
});
