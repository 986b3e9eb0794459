import { createApp, Get, type LogFields, Post, Resource } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import {
  Authenticated,
  assertAllGuarded,
  auth,
  Fresh,
  Guard,
  Public,
  RequireRole,
  RequireScope,
} from "../src/index.js";
import { GuardedResource, UnguardedResource } from "./support/guarded-resource.js";
import { silent, testApp } from "./support/test-app.js";

const route = { method: "GET", path: "/x", handler: () => "x" } as const;

describe("boot", () => {
  it.each([
    ["a guard", [RequireScope.entry("x")]],
    ["@Fresh", [Fresh.entry()]],
    ["@Public", [Public.entry()]],
  ])("fails for a route with %s where the plugin is not loaded", async (_title, metadata) => {
    const app = await createApp({ logger: silent });
    app.route({ ...route, metadata });
    await expect(app.ready()).rejects.toMatchObject({ code: "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING" });
  });

  it("fails for a class with a guard where the plugin is not loaded", async () => {
    await expect(
      createApp({ logger: silent, resources: [GuardedResource] }).then((app) => app.ready()),
    ).rejects.toMatchObject({
      code: "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING",
    });
  });

  it("fails for a route that is public and guarded", async () => {
    const metadata = [Public.entry(), RequireRole.entry("x")];
    await expect(testApp({}, {}, (app) => void app.route({ ...route, metadata }))).rejects.toThrow(
      "GET /x is public and has another guard, too; remove one of them.",
    );
  });

  it.each([
    [
      () => RequireScope(...([] as unknown as [string])),
      "@RequireScope of @coapkit/plugin-auth wants a name at least.",
    ],
    [() => RequireRole(""), "@RequireRole"],
    [
      () => Guard(...([] as unknown as [() => true])),
      "@Guard of @coapkit/plugin-auth wants a function that decides at least.",
    ],
    [() => Guard.entry("x" as unknown as () => true), "@Guard"],
  ])("fails for %s", (make, message) => {
    expect(make).toThrow(message);
  });

  it.each([
    [{ tokenOption: 65_000 }, "tokenOption: found 65000; allowed: the odd number of an option"],
    [{ tokenOption: 65_021 }, "tokenOption: found 65021"],
    [{ tokenOption: 65_537 }, "tokenOption: found 65537"],
    [{ tokens: [{}] }, "tokens: found a list of 1; allowed: a list of token verifiers"],
    [{ requestsPerS: 0 }, "requestsPerS: found 0; allowed: a number above 0"],
    [{ defaultGuard: "allow" }, 'defaultGuard: found "allow"; allowed: one of "deny", "authenticated", "public"'],
    [{ secret: "x" }, "secret: unknown option"],
  ])("fails for the options %o", async (options, message) => {
    const plugins = [auth(options as Parameters<typeof auth>[0])];
    await expect(createApp({ logger: silent, plugins })).rejects.toThrow(message);
  });

  it("fails for an option number that is another's", async () => {
    await expect(createApp({ logger: silent, plugins: [auth({ tokenOption: 11 })] })).rejects.toThrow("Uri-Path");
  });

  it("logs each route with its guard", async () => {
    const records: LogFields[] = [];
    const logger = { ...silent, info: (fields: LogFields) => records.push(fields) };
    await testApp({ loginPath: "/login" }, { logger, resources: [GuardedResource, UnguardedResource] });
    const lines = records.map(({ method, path, guard, fresh }) => `${method} ${path} ${guard}${fresh ? " fresh" : ""}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        "GET /guarded/class scopes read".replace("scopes", "scope"),
        "PUT /guarded/write scope read and write",
        "POST /guarded/admin role admin or root",
        "DELETE /guarded/both scope write, role admin",
        "GET /guarded/even predicate isEvenPath",
        "PUT /guarded/fresh scope write fresh",
        "GET /unguarded deny (default)",
        "GET /.well-known/core public",
        "POST /login public",
      ]),
    );
  });
});

describe("precedence", () => {
  @Resource("base")
  @RequireRole("admin")
  class Base {
    @Get("a") a() {
      return "a";
    }

    @Get("b") @Authenticated() b() {
      return "b";
    }
  }

  @Resource("sub")
  @Public()
  class Sub extends Base {
    @Post("c") @RequireScope("w") @Guard(() => true) c() {}
  }

  it("is method, class, default; a class's guards take the place of those of the class above", async () => {
    const { app } = await testApp({ defaultGuard: "authenticated" }, { resources: [Base, Sub, UnguardedResource] });
    const codes = await Promise.all(
      ["/base/a", "/base/b", "/sub/a", "/sub/b", "/unguarded"].map(
        async (path) => (await app.inject({ method: "GET", path })).code,
      ),
    );
    expect(codes).toEqual(["4.01", "4.01", "2.05", "4.01", "4.01"]);
    expect((await app.inject({ method: "POST", path: "/sub/c" })).code).toBe("4.01");
  });

  it("keeps the guards of a method that a subclass overrides, also where that gives it a route of its own", async () => {
    @Resource("over")
    @Public()
    class Over extends Base {
      override b() {
        return "overridden";
      }

      @Get("a2") @Authenticated() override a() {
        return "overridden";
      }
    }
    @Resource("again")
    @Public()
    class Again extends Base {
      @Get("b2") override b() {
        return "overridden";
      }
    }
    const { app } = await testApp({}, { resources: [Over, Again] });
    const codes: string[] = [];
    for (const path of ["/over/b", "/over/a2", "/again/b2"])
      codes.push((await app.inject({ method: "GET", path })).code);
    expect(codes).toEqual(["4.01", "4.01", "4.01"]);
  });

  it.each([
    ["deny", "4.01"],
    ["authenticated", "4.01"],
    ["public", "2.05"],
  ] as const)("gives a route without a guard the default, %s", async (defaultGuard, code) => {
    const { app } = await testApp({ defaultGuard }, { resources: [UnguardedResource] });
    expect((await app.inject({ method: "GET", path: "/unguarded" })).code).toBe(code);
  });

  it("takes back @Fresh of a class on a method", async () => {
    @Resource("valve")
    @Public()
    @Fresh()
    class Valve {
      @Post() move() {}

      @Get() @Fresh(false) read() {
        return "shut";
      }
    }
    const { app } = await testApp({}, { resources: [Valve] });
    expect((await app.inject({ method: "GET", path: "/valve" })).code).toBe("2.05");
    expect((await app.inject({ method: "POST", path: "/valve" })).code).toBe("4.01");
  });
});

describe("assertAllGuarded", () => {
  it("lists the routes that say nothing of who may use them", async () => {
    const { app } = await testApp(
      { loginPath: "/login" },
      { resources: [GuardedResource, UnguardedResource] },
      (opened) => opened.route(route),
    );
    expect(() => assertAllGuarded(app)).toThrow(
      "Without a guard: GET /unguarded (UnguardedResource.read), GET /x (GET /x). Say who may use them, with @Public() where it is everybody.",
    );
    expect(() => assertAllGuarded(app, ["/unguarded", "/x"])).not.toThrow();
  });
});
