import type { CoapUri } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type App,
  type AppOptions,
  type Class,
  createApp,
  Delete,
  definePlugin,
  type Engine,
  Get,
  Injectable,
  InjectEngine,
  inject,
  Param,
  Payload,
  type Plugin,
  Put,
  Query,
  Resource,
  type RouteDefinition,
  routeMetadata,
  token,
} from "../src/index.js";
import { FakeClock, settle } from "./support/fake-clock.js";
import { json, jsonFormat } from "./support/formats.js";
import { RecordingLogger } from "./support/recording-logger.js";
import { failure, plugin, testApp } from "./support/test-app.js";

const booting = (options: AppOptions) =>
  failure(async () => (await createApp({ logger: new RecordingLogger(), ...options })).ready());
const routing = (...routes: Partial<RouteDefinition>[]) =>
  failure(async () => {
    const { app } = await testApp();
    for (const route of routes)
      app.route({ method: "GET", path: "/x", handler: () => "x", ...route } as RouteDefinition);
    await app.ready();
  });

class Store {}
const SETTINGS = token<object>("test/settings");

/** A class as esbuild leaves it: decorators ran, but its types are gone. */
function withoutMetadata<T extends Class>(target: T): T {
  Reflect.deleteMetadata("design:paramtypes", target);
  return target;
}

describe("conflicting routes", () => {
  @Resource("rooms")
  class Rooms {
    @Get(":id") read() {
      return "x";
    }
  }
  @Resource("rooms/:room")
  class Room {
    @Get() show() {
      return "x";
    }
  }

  it("name both handlers and their places, also when their parameters have other names", async () => {
    expect(await booting({ resources: [Rooms, Room] })).toMatchObject({
      code: "COAPKIT_ERR_ROUTE_CONFLICT",
      message:
        "GET /rooms/:room is answered twice: by Rooms.read (/rooms/:id) and by Room.show (/rooms/:room). Remove one, or change its path.",
    });
  });

  it("name the plugin that added a route", async () => {
    const taking = plugin("acme-rooms", (host) =>
      host.routes.add({ method: "GET", path: "/rooms/:x", handler: () => "x" }),
    );
    expect(await booting({ resources: [Rooms], plugins: [taking] })).toMatchObject({
      code: "COAPKIT_ERR_ROUTE_CONFLICT",
      message:
        "GET /rooms/:id is answered twice: by GET /rooms/:x of plugin acme-rooms and by Rooms.read (/rooms/:id). Remove one, or change its path.",
    });
  });

  it("say how to make room for a discovery of one's own", async () => {
    expect(await routing({ path: "/.well-known/core" })).toMatchObject({
      code: "COAPKIT_ERR_ROUTE_CONFLICT",
      message:
        "GET /.well-known/core is answered twice: by the built-in discovery and by GET /.well-known/core. Remove one, or change its path; the built-in one goes with discovery: false.",
    });
  });
});

describe("a route that cannot work", () => {
  it.each([
    [
      "COAPKIT_ERR_PATH_INVALID",
      { path: "/:a/:a" },
      'Path "/:a/:a" of GET /:a/:a is not a pattern: parameter "a" occurs twice; rename one.',
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { method: "get" },
      'get /x has the method "get"; allowed: GET, POST, PUT, DELETE, FETCH, PATCH, IPATCH.',
    ],
    ["COAPKIT_ERR_OPTIONS_INVALID", { handler: "x" }, "GET /x has no handler; give it a function."],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { timeoutMs: 0 },
      "timeoutMs of GET /x is 0; allowed: a whole number from 1 to 2147483647.",
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { timeoutMs: 1e12 },
      "timeoutMs of GET /x is 1000000000000; allowed: a whole number from 1 to 2147483647.",
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { bodyLimitBytes: -1 },
      "bodyLimitBytes of GET /x is -1; allowed: a whole number from 0 to 9007199254740991.",
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { produces: ["text/none"] },
      'produces of GET /x names the media type "text/none", which has no CoAP Content-Format number; use the number, or load the plugin that defines it.',
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { consumes: ["text/none"] },
      'consumes of GET /x names the media type "text/none", which has no CoAP Content-Format number; use the number, or load the plugin that defines it.',
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { produces: [70_000] },
      "produces of GET /x has the number 70000; a Content-Format is a whole number from 0 to 65535.",
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { payload: { type: "object" } },
      "The schema of GET /x for its payload is no Standard Schema; pass one made by zod, valibot, arktype or the like.",
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { query: {} },
      "The schema of GET /x for its query is no Standard Schema; pass one made by zod, valibot, arktype or the like.",
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      { params: {} },
      "The schema of GET /x for its path is no Standard Schema; pass one made by zod, valibot, arktype or the like.",
    ],
  ])("%s: %o", async (code, route, message) => {
    expect(await routing(route as Partial<RouteDefinition>)).toMatchObject({ name: "ConfigError", code, message });
  });
});

describe("dependencies", () => {
  it("that nobody provides are named with the parameter and the remedy", async () => {
    @Resource("a")
    class NeedsStore {
      constructor(readonly store: Store) {}
      @Get() read() {
        return "x";
      }
    }
    expect(await booting({ resources: [NeedsStore] })).toMatchObject({
      code: "COAPKIT_ERR_DEPENDENCY_MISSING",
      message:
        'NeedsStore needs Store for parameter 0 ("store"), but nobody provides it; add Store to createApp\'s providers, or decorate it with @Injectable().',
    });
  });

  it("by token that nobody provides are named too", async () => {
    @Resource("a")
    class NeedsToken {
      constructor(@inject(SETTINGS) readonly settings: object) {}
      @Get() read() {
        return "x";
      }
    }
    expect(await booting({ resources: [NeedsToken] })).toMatchObject({
      code: "COAPKIT_ERR_DEPENDENCY_MISSING",
      message:
        'NeedsToken needs token test/settings for parameter 0 ("settings"), but nobody provides it; add { provide: …, useValue: … } to createApp\'s providers, or load the plugin that provides it.',
    });
  });

  it("that a plugin or a factory asks for name who asked", async () => {
    const asking = plugin("asking", (host) => void host.resolve(SETTINGS));
    expect((await booting({ plugins: [asking] })).message).toBe(
      "asking asks for token test/settings, but nobody provides it; add it to createApp's providers, or load the plugin that provides it before.",
    );
    const { app } = await testApp({
      providers: [{ provide: SETTINGS, useFactory: (resolve) => resolve(Store) as object }],
    });
    expect(await failure(() => app.resolve(SETTINGS))).toMatchObject({
      code: "COAPKIT_ERR_DEPENDENCY_MISSING",
      message: expect.stringContaining("the useFactory of token test/settings asks for Store"),
    });
  });

  it("in a circle are printed as a path", async () => {
    const LATER = token<object>("test/later");
    @Injectable()
    class Egg {
      constructor(@inject(LATER) readonly hen: object) {}
    }
    @Injectable()
    class Hen {
      constructor(readonly egg: Egg) {}
    }
    expect(await booting({ providers: [Hen, { provide: LATER, useClass: Hen }] })).toMatchObject({
      code: "COAPKIT_ERR_DEPENDENCY_CYCLE",
      message:
        "Classes depend on each other in a circle: Egg → token test/later → Egg. Move what both need into a third class.",
    });
  });

  it("in a circle of factories are found before the stack overflows", async () => {
    const OTHER = token<object>("test/other");
    const { app } = await testApp({
      providers: [
        { provide: SETTINGS, useFactory: (resolve) => resolve(OTHER) },
        { provide: OTHER, useFactory: (resolve) => resolve(SETTINGS) },
      ],
    });
    expect(await failure(() => app.resolve(OTHER))).toMatchObject({
      code: "COAPKIT_ERR_DEPENDENCY_CYCLE",
      message:
        "The factory of token test/other asks for token test/other itself. Move what both need into a third provider.",
    });
  });

  it("provided twice name both givers", async () => {
    const giving = plugin("giving", (host) => host.provide(SETTINGS, () => ({})));
    expect(await booting({ providers: [{ provide: SETTINGS, useValue: {} }], plugins: [giving] })).toMatchObject({
      code: "COAPKIT_ERR_PROVIDER_CONFLICT",
      message:
        "token test/settings is provided twice: by app and by giving. Remove one, or let the later one set replace: true.",
    });
  });

  it("listed twice are told so", async () => {
    expect(await booting({ providers: [Store, Store] })).toMatchObject({
      code: "COAPKIT_ERR_PROVIDER_CONFLICT",
      message: "Store is provided twice by app; keep one.",
    });
  });

  it("with a provider that says nothing to use are refused", async () => {
    expect(await booting({ providers: [{ provide: Store } as never] })).toMatchObject({
      code: "COAPKIT_ERR_OPTIONS_INVALID",
      message: "The provider of Store does not say with what; add useValue, useClass or useFactory.",
    });
  });
});

describe("metadata of a plugin", () => {
  const Guard = routeMetadata<string>("acme/guard", { plugin: "@acme/guards" });
  const expected = (route: string) => ({
    code: "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING",
    message: `${route} carries metadata of plugin @acme/guards, which is not loaded; add the plugin to createApp's plugins, or take its decorator off the route.`,
  });

  it("fails the boot without that plugin, on a method, a class, or a route without decorators", async () => {
    @Resource("a")
    class OnMethod {
      @Get() open() {
        return "x";
      }
      @Put() @Guard("admin") closed() {}
    }
    @Resource("b")
    @Guard("admin")
    class OnClass {
      @Get() read() {
        return "x";
      }
    }
    expect(await booting({ resources: [OnMethod] })).toMatchObject(expected("OnMethod.closed"));
    expect(await booting({ resources: [OnClass] })).toMatchObject(expected("OnClass.read"));
    expect(await routing({ metadata: [Guard.entry("admin")] })).toMatchObject(expected("GET /x"));
  });

  it("names its plugins once, and boots with them", async () => {
    const More = routeMetadata<string>("acme/more", { plugin: "@acme/guards" });
    const { app } = await testApp({ plugins: [plugin("@acme/guards")] });
    const metadata = [Guard.entry("admin"), More.entry("x"), routeMetadata<string>("acme/plain").entry("y")];
    app.route({ method: "GET", path: "/x", metadata, handler: () => "x" });
    await app.ready();
    expect(app.routes.find(({ path }) => path === "/x")?.plugins).toEqual(["@acme/guards"]);
  });
});

describe("a class without metadata", () => {
  it("is named with its parameter and the remedy", async () => {
    @Resource("a")
    class Plain {
      constructor(readonly store: Store) {}
      @Get() read() {
        return "x";
      }
    }
    expect(await booting({ resources: [withoutMetadata(Plain)], providers: [Store] })).toMatchObject({
      code: "COAPKIT_ERR_METADATA_MISSING",
      message:
        'The type of parameter 0 ("store") of Plain is not known at run time: the class was compiled without decorator metadata. Compile with tsc and "emitDecoratorMetadata": true (esbuild and tsx drop it silently), put @Injectable() on the class, or put @inject(TOKEN) on the parameter.',
    });
  });

  it("may do with @inject on every parameter", async () => {
    @Resource("a")
    class Plain {
      constructor(@inject(Store) readonly store: Store) {}
      @Get() read() {
        return this.store.constructor.name;
      }
    }
    const { app } = await testApp({ resources: [withoutMetadata(Plain)], providers: [Store] });
    expect((await app.inject({ method: "GET", path: "/a" })).text).toBe("Store");
  });

  it("is told apart from an interface or a type-only import, which is Object at run time", async () => {
    interface Settings {
      readonly unit: string;
    }
    @Resource("a")
    class NeedsInterface {
      constructor(readonly settings: Settings) {}
      @Get() read() {
        return "x";
      }
    }
    expect(await booting({ resources: [NeedsInterface] })).toMatchObject({
      code: "COAPKIT_ERR_METADATA_MISSING",
      message:
        'The type of parameter 0 ("settings") of NeedsInterface is no class at run time, it is Object (an interface, or a class imported with "import type"). Put @inject(TOKEN) on the parameter, or give it the type of a provided class.',
    });
  });

  it("is told apart from a class imported as a type only, which some compilers emit as Function", async () => {
    @Resource("a")
    class NeedsCallback {
      constructor(readonly callback: () => string) {}
      @Get() read() {
        return "x";
      }
    }
    expect(await booting({ resources: [NeedsCallback] })).toMatchObject({
      code: "COAPKIT_ERR_METADATA_MISSING",
      message:
        'The type of parameter 0 ("callback") of NeedsCallback is no class at run time, it is Function (a function type, or a class imported as a type only). Put @inject(TOKEN) on the parameter, or give it the type of a provided class.',
    });
  });
});

describe("decorators in the wrong place", () => {
  class Undecorated {}
  @Resource("a")
  class Empty {}
  @Resource("a")
  class NoDecorator {
    @Get() read(id: string) {
      return id;
    }
  }
  @Resource("a/:id")
  class WrongName {
    @Get() read(@Param("di") id: string) {
      return id;
    }
  }
  @Resource("a")
  class TwoPayloads {
    @Put() write(@Payload() _body: object, @Payload() _raw: Uint8Array) {}
  }
  @Resource("a")
  class NoSchema {
    @Put() write(@Payload({ type: "object" } as never) _body: object) {}
  }
  @Resource("a")
  class NoQuerySchema {
    @Delete() remove(@Query({} as never) _query: object) {}
  }

  it.each([
    [
      Undecorated,
      'Undecorated is listed in resources but has no path; decorate it with @Resource("…"), or list it in providers.',
    ],
    [Empty, "Empty has no route; decorate a method with @Get(), @Post(), …, or take it out of resources."],
    [
      NoDecorator,
      "Parameter 0 of NoDecorator.read has no decorator, so nothing says what to pass; use @Param, @Query, @Payload, @BodyStream, @Option, @Peer or @Req.",
    ],
    [WrongName, '@Param("di") on parameter 0 of WrongName.read names no parameter of its path; the path has "id".'],
    [TwoPayloads, "TwoPayloads.write takes the payload twice; keep one @Payload()."],
    [(() => undefined) as never, "resources[0] is no class; list classes decorated with @Resource."],
  ])("%o is refused with a remedy", async (resource, message) => {
    expect(await booting({ resources: [resource as Class] })).toMatchObject({
      code: "COAPKIT_ERR_DECORATOR_MISUSE",
      message,
    });
  });

  it.each([
    [NoSchema, "The schema of NoSchema.write for its payload is no Standard Schema"],
    [NoQuerySchema, "The schema of NoQuerySchema.remove for its query is no Standard Schema"],
  ])("%o is told that its schema is none", async (resource, message) => {
    expect((await booting({ resources: [resource] })).message).toContain(message);
  });

  it("on a constructor parameter are refused where they stand", async () => {
    const error = await failure(() => {
      class Wrong {
        constructor(@Param("id") readonly id: string) {}
      }
      return Wrong;
    });
    expect(error).toMatchObject({
      code: "COAPKIT_ERR_DECORATOR_MISUSE",
      message: "@Param stands on parameter 0 of a constructor; it reads a request, so it belongs on a handler method.",
    });
  });

  it("on a static method are refused where they stand", async () => {
    const error = await failure(() => {
      class Static {
        readonly id = 1;
        @Get() static read() {
          return "x";
        }
      }
      return Static;
    });
    expect(error).toMatchObject({
      code: "COAPKIT_ERR_DECORATOR_MISUSE",
      message: "Static.read is static; handlers run on an instance, so take static away.",
    });
  });

  it("on something that is no method are refused", async () => {
    @Resource("a")
    class Field {
      read = "x";
    }
    Get()(Field.prototype, "read");
    expect(await booting({ resources: [Field] })).toMatchObject({
      code: "COAPKIT_ERR_DECORATOR_MISUSE",
      message: "Field.read is decorated as a handler but is no method; decorate a method.",
    });
  });
});

describe("metadata of a route", () => {
  it("is refused where two entries of one kind would leave one without effect", async () => {
    const scope = routeMetadata<string>("test/scope");
    const { app } = await testApp();
    const adding = () =>
      app.route({
        method: "GET",
        path: "/a",
        metadata: [scope.entry("read"), scope.entry("write")],
        handler: () => "x",
      });
    expect(adding).toThrow(
      expect.objectContaining({
        code: "COAPKIT_ERR_DECORATOR_MISUSE",
        message:
          'GET /a has metadata "coapkit/route/test/scope" twice, and only one would have an effect; write both as one entry.',
      }),
    );
  });
});

describe("options of createApp", () => {
  it.each([
    [
      { plugin: [] },
      "Options of createApp are wrong. plugin: unknown option; allowed: resources, plugins, providers, engine, bodyLimitBytes, handlerTimeoutMs, requestsInFlight, lifecycleTimeoutMs, drainTimeoutMs, problemDetails, discovery, logger, clock.",
    ],
    [
      { bodyLimitBytes: -1, discovery: "no" },
      'Options of createApp are wrong. bodyLimitBytes: found -1; allowed: a whole number from 0 to 9007199254740991; discovery: found "no"; allowed: true or false.',
    ],
    [
      { problemDetails: "sometimes" },
      'Options of createApp are wrong. problemDetails: found "sometimes"; allowed: one of "accepted", "always", "never".',
    ],
    [
      { logger: {} },
      "Options of createApp are wrong. logger: found an object; allowed: a logger with debug, info, warn, error and isLevelEnabled.",
    ],
    [
      { resources: Store },
      "Options of createApp are wrong. resources: found a value of type function; allowed: a list of classes decorated with @Resource.",
    ],
    [null, "Options of createApp are wrong. found null; allowed: an object."],
  ])("%o", async (options, message) => {
    expect(await failure(() => createApp(options as AppOptions))).toMatchObject({
      code: "COAPKIT_ERR_OPTIONS_INVALID",
      message,
    });
  });
});

describe("plugins", () => {
  const strict = definePlugin({
    name: "acme-strict",
    version: "1.0.0",
    contract: 1,
    options: z.strictObject({ depth: z.number() }).optional(),
    setup: () => undefined,
  });
  const needing = (name: string, ...dependencies: string[]): Plugin =>
    definePlugin({ name, version: "1.0.0", contract: 1, dependencies, setup: () => undefined })();
  const definition = { name: "acme", version: "2.0.0", contract: 1, setup: () => undefined };

  it.each<[string, readonly unknown[], string]>([
    [
      "COAPKIT_ERR_PLUGIN_CONTRACT",
      [json],
      "plugins[0] is a function; call it, with its options if it takes any: plugins: [json()].",
    ],
    [
      "COAPKIT_ERR_PLUGIN_CONTRACT",
      [json(), {}],
      "plugins[1] is no plugin; make one with definePlugin({ name, version, contract, setup }).",
    ],
    [
      "COAPKIT_ERR_PLUGIN_CONTRACT",
      [definePlugin({ ...definition, contract: 2 })()],
      "Plugin acme is written for plugin contract 2, this @coapkit/core speaks 1; install matching versions.",
    ],
    [
      "COAPKIT_ERR_PLUGIN_DUPLICATE",
      [definePlugin(definition)(), definePlugin({ ...definition, version: "2.1.0" })()],
      "Plugin acme is listed twice (versions 2.0.0 and 2.1.0); list it once.",
    ],
    [
      "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING",
      [needing("a", "b")],
      "Plugin a needs plugin b, which is not loaded; install it and add it to createApp's plugins.",
    ],
    [
      "COAPKIT_ERR_PLUGIN_CYCLE",
      [needing("x", "a"), needing("a", "b"), needing("b", "c"), needing("c", "a")],
      "Plugins depend on each other in a circle: a → b → c → a. One of them must drop its dependency.",
    ],
    [
      "COAPKIT_ERR_PLUGIN_CYCLE",
      [needing("a", "a")],
      "Plugins depend on each other in a circle: a → a. One of them must drop its dependency.",
    ],
    [
      "COAPKIT_ERR_CAPABILITY_MISSING",
      [definePlugin({ ...definition, requires: ["noResponse"] })()],
      'Plugin acme requires "noResponse", which engine inject does not have: who injects wants to see every response. Use another engine, or do without the plugin.',
    ],
    [
      "COAPKIT_ERR_CAPABILITY_MISSING",
      [definePlugin({ ...definition, requires: ["teleport" as never] })()],
      'Plugin acme requires "teleport", which engine inject does not have: it does not know this capability. Use another engine, or do without the plugin.',
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      [strict({ depth: 1, dept: 2 } as never)],
      'Options of plugin acme-strict are wrong. Unrecognized key: "dept".',
    ],
    [
      "COAPKIT_ERR_OPTIONS_INVALID",
      [(definePlugin(definition) as unknown as (options: object) => Plugin)({ a: 1 })],
      "Plugin acme takes no options; call it without an argument.",
    ],
    [
      "COAPKIT_ERR_PLUGIN_SETUP",
      [plugin("acme", () => Promise.reject(new Error("no disk")))],
      "Plugin acme could not be set up: no disk",
    ],
    [
      "COAPKIT_ERR_PLUGIN_SETUP",
      [
        plugin("acme", (host) =>
          host.options.define({
            number: 2049,
            name: "If-Match",
            format: "uint",
            minLength: 0,
            maxLength: 1,
            repeatable: false,
          }),
        ),
      ],
      "Plugin acme could not be set up: Option If-Match (2049) conflicts with If-Match (1), which is already defined; choose another number and name, or make both definitions the same.",
    ],
    [
      "COAPKIT_ERR_FORMAT_CONFLICT",
      [json(), plugin("acme", (host) => host.formats.add({ ...jsonFormat, contentFormat: 50 }))],
      "Both test-json and acme add content format 50. Remove one plugin, or let the later one add it with replace: true.",
    ],
    [
      "COAPKIT_ERR_FORMAT_CONFLICT",
      [json(), plugin("acme", (host) => host.formats.add({ ...jsonFormat, contentFormat: 65_001 }))],
      "Both test-json and acme add the suffix +json. Remove one plugin, or let the later one add it with replace: true.",
    ],
    [
      "COAPKIT_ERR_FORMAT_CONFLICT",
      [plugin("acme", (host) => host.formats.add({ ...jsonFormat, contentFormat: 65_536 }))],
      "acme adds content format 65536, which is no number from 0 to 65535; see RFC 7252 §12.3.",
    ],
    [
      "COAPKIT_ERR_TRANSPORT_CONFLICT",
      ["acme", "other"].map((name) =>
        plugin(name, (host) => host.transports.add({ scheme: "coaps", create: () => udpTransport() })),
      ),
      "Both acme and other add a transport for coaps://. Remove one plugin, or let the later one add it with replace: true.",
    ],
  ])("%s", async (code, plugins, message) => {
    const engine = () => new InjectEngine();
    const error = await booting({ engine, plugins: plugins as Plugin[] });
    expect(error).toMatchObject({ name: "ConfigError", code, message });
  });

  it("keep the cause of a failed setup", async () => {
    const cause = new Error("no disk");
    expect(await booting({ plugins: [plugin("acme", () => Promise.reject(cause))] })).toMatchObject({ cause });
  });

  it("that may replace a format do so", async () => {
    const loud = plugin("loud", (host) => host.formats.add({ ...jsonFormat, encode: () => "LOUD" }, { replace: true }));
    const { app } = await testApp({ plugins: [json(), loud] });
    app.route({ method: "GET", path: "/x", handler: () => ({}) });
    expect((await app.inject({ method: "GET", path: "/x" })).text).toBe("LOUD");
  });

  it("that take too long to set up are named", async () => {
    const clock = new FakeClock();
    const boot = failure(() =>
      createApp({
        clock,
        lifecycleTimeoutMs: 20,
        plugins: [plugin("sleepy", () => new Promise<void>(() => undefined))],
      }),
    );
    await settle();
    clock.advance(20);
    expect(await boot).toMatchObject({
      code: "COAPKIT_ERR_LIFECYCLE_TIMEOUT",
      message:
        "setup of plugin sleepy took longer than 20 ms; make it end sooner, or raise lifecycleTimeoutMs in createApp's options.",
    });
  });
});

describe("steps that take too long", () => {
  it.each(["onReady", "onClose"] as const)("%s of a plugin is named", async (name) => {
    const hanging = plugin("hanging", (host) => host[name](() => new Promise<void>(() => undefined)));
    const { app, clock } = await testApp({ plugins: [hanging], lifecycleTimeoutMs: 5 });
    const stuck = failure(() => (name === "onReady" ? app.ready() : app.close()));
    await settle();
    clock.advance(5);
    const error = (await stuck) as unknown as AggregateError & { message: string };
    const cause = name === "onReady" ? error : error.errors[0];
    expect(cause).toMatchObject({
      code: "COAPKIT_ERR_LIFECYCLE_TIMEOUT",
      message: `${name} of hanging took longer than 5 ms; make it end sooner, or raise lifecycleTimeoutMs in createApp's options.`,
    });
    expect(clock.pending).toBe(0);
  });
});

describe("a failed boot", () => {
  it("closes what had started, in reverse order, and gives the error that stopped it", async () => {
    const order: string[] = [];
    const opening = (name: string) => plugin(name, (host) => host.onClose(() => void order.push(name)));
    const error = await booting({
      plugins: [
        opening("one"),
        opening("two"),
        plugin("bad", () => {
          throw new Error("no");
        }),
        opening("four"),
      ],
    });
    expect([error.code, order]).toEqual(["COAPKIT_ERR_PLUGIN_SETUP", ["two", "one"]]);
  });

  it("in onReady closes everything too, and the app says that it is closed", async () => {
    const order: string[] = [];
    const { app } = await testApp({ plugins: [plugin("one", (host) => host.onClose(() => void order.push("one")))] });
    app.hook("onReady", () => Promise.reject(new Error("no")));
    app.hook("onClose", () => void order.push("app"));
    expect((await failure(() => app.ready())).message).toBe("no");
    expect(order).toEqual(["app", "one"]);
    expect(await failure(() => app.inject({ method: "GET", path: "/x" }))).toMatchObject({
      code: "COAPKIT_ERR_APP_STATE",
      message: "The app is closed; create another one.",
    });
  });

  it("goes on closing when one of the closers fails, and reports what failed", async () => {
    const order: string[] = [];
    const { app, log } = await testApp();
    app.hook("onClose", () => void order.push("first"));
    app.hook("onClose", () => Promise.reject(new Error("stuck")));
    const error = (await failure(() => app.close())) as unknown as AggregateError;
    expect([order, error.message]).toEqual([["first"], "The app closed, but not everything in it ended well."]);
    expect([error.errors, log.errors]).toEqual([[new Error("stuck")], [new Error("stuck")]]);
  });
});

describe("an app in the wrong state", () => {
  const adding: [string, (app: App) => unknown][] = [
    ["route", (app) => app.route({ method: "GET", path: "/y", handler: () => "y" })],
    ["hook", (app) => app.hook("onRequest", () => undefined)],
    ["links", (app) => app.links([])],
  ];
  it.each(adding)("refuses %s once it is ready", async (_, add) => {
    const { app } = await testApp();
    await app.ready();
    expect(await failure(() => add(app))).toMatchObject({
      code: "COAPKIT_ERR_APP_STATE",
      message:
        "app adds something after the app is ready; do it in setup, or before the first listen, inject or ready.",
    });
  });

  it("refuses plugins that keep their host for later", async () => {
    let late: (() => void) | undefined;
    const keeping = plugin("keeping", (host) => {
      late = () => host.formats.add(jsonFormat);
    });
    const { app } = await testApp({ plugins: [keeping] });
    await app.ready();
    expect((await failure(() => late?.())).message).toMatch(/^keeping adds something after the app is ready/);
  });

  it("does not start again once it is closed", async () => {
    const { app } = await testApp();
    let starts = 0;
    app.hook("onReady", () => void starts++);
    await app.close();
    expect(await failure(() => app.ready())).toMatchObject({ code: "COAPKIT_ERR_APP_STATE" });
    expect(starts).toBe(0);
  });

  it("cannot listen to an address that is none, or with a scheme that the engine does not speak", async () => {
    const { app } = await testApp();
    expect(await failure(() => app.listen("http://x"))).toMatchObject({ code: "COAPKIT_ERR_OPTIONS_INVALID" });
    expect(await failure(() => app.listen("coap+tcp://[::1]:0"))).toMatchObject({
      code: "COAPKIT_ERR_OPTIONS_INVALID",
      message:
        "Nothing serves coap+tcp:// here; load a plugin that brings a transport for it, or use a coap:// address.",
    });
    await app.close();
  });

  it("does not open a socket when it is closed while it gets ready", async () => {
    const opened: CoapUri[] = [];
    class CountingEngine extends InjectEngine implements Engine {
      override listen(address: CoapUri) {
        opened.push(address);
        return super.listen(address, () => undefined);
      }
    }
    const { app } = await testApp({ engine: () => new CountingEngine() });
    let ready: (() => void) | undefined;
    app.hook(
      "onReady",
      () =>
        new Promise<void>((resolve) => {
          ready = resolve;
        }),
    );
    const listening = failure(() => app.listen("coap://127.0.0.1"));
    await settle();
    const closing = app.close();
    ready?.();
    expect((await listening).code).toBe("COAPKIT_ERR_APP_STATE");
    await closing;
    expect(opened).toEqual([]);
  });
});
