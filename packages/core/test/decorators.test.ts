import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  Delete,
  Fetch,
  firstOf,
  Get,
  IPatch,
  Option,
  OptionNumber,
  Param,
  type Params,
  Patch,
  Payload,
  Peer,
  Post,
  Put,
  parameterDecorator,
  Query,
  Req,
  type RequestContext,
  Resource,
  type RoutePlan,
  routeMetadata,
} from "../src/index.js";
import { json } from "./support/formats.js";
import { plugin, testApp } from "./support/test-app.js";

const Scope = routeMetadata<string>("test/scope");
const Flags = routeMetadata<readonly string[]>("test/flags");

async function planOf(path: string, ...resources: (abstract new (...args: never[]) => unknown)[]): Promise<RoutePlan> {
  const { app } = await testApp({ resources });
  return app.routes.find((route) => route.path === path) as RoutePlan;
}

describe("method decorators", () => {
  @Resource("things")
  class Things {
    @Get() get() {
      return "get";
    }
    @Post() post() {
      return "post";
    }
    @Put() put() {
      return "put";
    }
    @Delete() delete() {
      return "delete";
    }
    @Fetch() fetch() {
      return "fetch";
    }
    @Patch() patch() {
      return "patch";
    }
    @IPatch() ipatch() {
      return "ipatch";
    }
    @Get("both") @Post("both") both(@Req() ctx: RequestContext) {
      return ctx.route.method;
    }
  }

  it("answer all seven methods with the code of each", async () => {
    const { app } = await testApp({ resources: [Things] });
    const answers: string[] = [];
    for (const method of ["GET", "POST", "PUT", "DELETE", "FETCH", "PATCH", "IPATCH"] as const) {
      const reply = await app.inject({ method, path: "/things" });
      answers.push(`${reply.code} ${reply.text}`);
    }
    expect(answers).toEqual([
      "2.05 get",
      "2.04 post",
      "2.04 put",
      "2.02 delete",
      "2.05 fetch",
      "2.04 patch",
      "2.04 ipatch",
    ]);
  });

  it("may stand several times on one method", async () => {
    const { app } = await testApp({ resources: [Things] });
    expect((await app.inject({ method: "GET", path: "/things/both" })).text).toBe("GET");
    expect((await app.inject({ method: "POST", path: "/things/both" })).text).toBe("POST");
  });
});

describe("paths and options", () => {
  @Resource("/rooms/:room", { rt: "room", timeoutMs: 10, discoverable: false })
  class Rooms {
    @Get({ title: "All" }) list() {
      return "list";
    }
    @Get("/lamps/:lamp", { timeoutMs: 20 }) lamp(@Param("room") room: string, @Param("lamp") lamp: string) {
      return `${room}/${lamp}`;
    }
  }
  @Resource("")
  class Root {
    @Get() index() {
      return "index";
    }
  }

  it("are joined, and a method's options go before its class's", async () => {
    const list = await planOf("/rooms/:room", Rooms);
    const lamp = await planOf("/rooms/:room/lamps/:lamp", Rooms);
    expect(list).toMatchObject({ name: "Rooms.list", owner: "app", paramNames: ["room"] });
    expect(list.options).toMatchObject({ rt: "room", title: "All", timeoutMs: 10, discoverable: false });
    expect(lamp.options).toMatchObject({ timeoutMs: 20, discoverable: false });
    expect(lamp.options.rt).toBeUndefined();
  });

  it("pass path parameters decoded, and the root is a path too", async () => {
    const { app } = await testApp({ resources: [Rooms, Root] });
    expect((await app.inject({ method: "GET", path: "/rooms/a%2Fb/lamps/%C3%A4" })).text).toBe("a/b/ä");
    expect((await app.inject({ method: "GET", path: "/" })).text).toBe("index");
  });
});

describe("a subclass", () => {
  @Resource("base")
  class Base {
    @Get(":id") @Scope("read") read(@Param("id") id: string): string {
      return `base ${id}`;
    }
    @Put() write(): string {
      return "base write";
    }
  }
  @Resource("sub")
  class Sub extends Base {
    override read(id: string) {
      return `sub ${id}`;
    }
  }
  @Resource("moved")
  class Moved extends Base {
    @Get("at/:key") @Scope("other") override read(@Param("key") key: string) {
      return `moved ${key}`;
    }
  }

  it("that overrides a method keeps its route, parameters and metadata", async () => {
    const { app } = await testApp({ resources: [Base, Sub] });
    expect((await app.inject({ method: "GET", path: "/sub/1" })).text).toBe("sub 1");
    expect((await app.inject({ method: "PUT", path: "/sub" })).text).toBe("base write");
    expect((await app.inject({ method: "GET", path: "/base/1" })).text).toBe("base 1");
    expect((await planOf("/sub/:id", Sub)).meta(Scope)).toBe("read");
    expect((await planOf("/sub/:id", Sub)).name).toBe("Sub.read");
  });

  it("that decorates it again replaces route, parameters and metadata, and the class above stays as it was", async () => {
    const { app } = await testApp({ resources: [Base, Moved] });
    expect((await app.inject({ method: "GET", path: "/moved/at/1" })).text).toBe("moved 1");
    expect((await app.inject({ method: "GET", path: "/moved/1" })).code).toBe("4.04");
    expect((await app.inject({ method: "GET", path: "/base/1" })).text).toBe("base 1");
    expect((await planOf("/moved/at/:key", Moved)).meta(Scope)).toBe("other");
    expect((await planOf("/base/:id", Base)).meta(Scope)).toBe("read");
  });

  it("that decorates parameters again takes none of those above", async () => {
    @Resource("wide")
    class Wide {
      @Get(":id") read(@Param("id") id: string, @Query("q") q?: string, ..._rest: unknown[]): string {
        return `${id} ${q}`;
      }
    }
    @Resource("narrow")
    class Narrow extends Wide {
      override read(@Req() ctx: never, ...rest: unknown[]) {
        return `${(ctx as RequestContext).path} ${rest.length}`;
      }
    }
    const { app } = await testApp({ resources: [Wide, Narrow] });
    expect((await app.inject({ method: "GET", path: "/narrow/1?q=x" })).text).toBe("/narrow/1 0");
    expect((await app.inject({ method: "GET", path: "/wide/1?q=x" })).text).toBe("1 x");
  });

  it("without a decorator of its own can take the place of its class", async () => {
    class Quiet extends Base {
      override write() {
        return "quiet";
      }
    }
    const { app } = await testApp({ resources: [Quiet] });
    expect((await app.inject({ method: "PUT", path: "/base" })).text).toBe("quiet");
  });
});

describe("route metadata", () => {
  @Resource("a")
  @Scope("class")
  @Flags(["x"])
  class Guarded {
    @Get() plain() {
      return "x";
    }
    @Put() @Scope("method") own() {
      return "x";
    }
  }

  it("of a method beats its class's", async () => {
    const { app } = await testApp({ resources: [Guarded] });
    expect(app.routes.map(({ resource }) => resource)).toEqual([Guarded, Guarded, undefined]);
    const scopes = app.routes
      .filter(({ path }) => path === "/a")
      .map((route) => [route.meta(Scope), route.meta(Flags)]);
    expect(scopes).toEqual([
      ["class", ["x"]],
      ["method", ["x"]],
    ]);
  });

  it("works without decorators, and hooks read it typed", async () => {
    const { app } = await testApp();
    const seen: (string | undefined)[] = [];
    app.route({ method: "GET", path: "/x", metadata: [Scope.entry("entry")], handler: () => "x" });
    app.hook("onRequest", (ctx) => void seen.push(ctx.route.meta(Scope)));
    await app.inject({ method: "GET", path: "/x" });
    await app.inject({ method: "GET", path: "/.well-known/core" });
    expect(seen).toEqual(["entry", undefined]);
  });
});

describe("parameter decorators", () => {
  const Locale = () => parameterDecorator("Locale", (ctx) => firstOf(ctx.query, "lang") ?? "en");
  const Unit = z.enum(["C", "F"]);

  @Resource("p/:a/:b")
  class Everything {
    @Get() all(
      @Param("b") b: string,
      @Param() params: Params,
      @Query("q") q: string | undefined,
      @Query() query: Query,
      @Option(OptionNumber.MaxAge, "uint") maxAge: number,
      @Option(OptionNumber.UriHost, "string") host: string,
      @Option(OptionNumber.ETag) etag: Uint8Array,
      @Peer() peer: Peer,
      @Req() ctx: RequestContext,
      @Locale() locale: string,
    ) {
      const { a } = params;
      return { b, a, q, query, maxAge, host, etag: [...etag], peer: peer.key, path: ctx.path, locale };
    }
    @Get("checked") checked(@Query("unit", Unit) unit: string, @Param("a", z.coerce.number().int()) a: number) {
      return { unit, a };
    }
    @Get("absent") absent(@Query("q") q?: string, @Option(OptionNumber.ETag) etag?: Uint8Array) {
      return [q === undefined, etag === undefined];
    }
  }

  it("pass what they say", async () => {
    const { app } = await testApp({ resources: [Everything], plugins: [json()] });
    const reply = await app.inject({
      method: "GET",
      path: "/p/1/2?q=x&q=y&flag",
      peer: { key: "me" },
      options: [
        { number: OptionNumber.MaxAge, value: 7 },
        { number: OptionNumber.UriHost, value: "host" },
        { number: OptionNumber.ETag, value: Uint8Array.of(1, 2) },
      ],
    });
    expect(reply.value).toEqual({
      b: "2",
      a: "1",
      q: "x",
      query: { q: ["x", "y"], flag: "" },
      maxAge: 7,
      host: "host",
      etag: [1, 2],
      peer: "me",
      path: "/p/1/2",
      locale: "en",
    });
  });

  it("pass what a schema makes of one parameter, and refuse with 4.00", async () => {
    const { app } = await testApp({ resources: [Everything], plugins: [json()] });
    const get = (path: string) => app.inject({ method: "GET", path });
    expect((await get("/p/7/2/checked?unit=F")).value).toEqual({ unit: "F", a: 7 });
    expect(await get("/p/7/2/checked?unit=K")).toMatchObject({
      code: "4.00",
      text: expect.stringMatching(/^Invalid query "unit": /),
    });
    expect(await get("/p/x/2/checked?unit=C")).toMatchObject({
      code: "4.00",
      text: expect.stringMatching(/^Invalid param "a": /),
    });
    expect((await get("/p/7/2/checked")).code).toBe("4.00");
    expect((await get("/p/7/2/absent")).value).toEqual([true, true]);
  });
});

describe("the declared type of a payload", () => {
  @Resource("")
  class Inputs {
    @Put("text") text(@Payload() text: string) {
      return `${typeof text} ${text}`;
    }
    @Put("bytes") bytes(@Payload() bytes: Uint8Array) {
      return `${bytes.constructor.name} ${bytes.length}`;
    }
    @Put("buffer") buffer(@Payload() bytes: Buffer) {
      return `${bytes.readUInt16BE(0)}`;
    }
    @Put("object") object(@Payload() value: { a: number }) {
      return `${value.a}`;
    }
    @Put("checked") checked(@Payload(z.instanceof(Uint8Array).refine((bytes) => bytes.length > 1)) bytes: Uint8Array) {
      return `${bytes.length}`;
    }
    @Put("declared", { consumes: ["application/json"] }) declared(@Payload() text: string) {
      return JSON.stringify(text);
    }
  }
  const put = async (path: string, payload: unknown, contentFormat?: number) => {
    const { app } = await testApp({ resources: [Inputs], plugins: [json()] });
    const { code, text } = await app.inject({ method: "PUT", path, payload, contentFormat });
    return [code, text];
  };

  it("string takes text/plain and nothing else", async () => {
    expect(await put("/text", "hé", 0)).toEqual(["2.04", "string hé"]);
    expect((await put("/text", "{}", 50))[0]).toBe("4.15");
    expect(await put("/text", "x")).toEqual([
      "4.00",
      "Content-Format is missing; one of: 0 (text/plain; charset=utf-8).",
    ]);
    expect((await put("/text", Uint8Array.of(0xff), 0))[0]).toBe("4.00");
  });

  it("Uint8Array and Buffer take the raw bytes of any format, or of none", async () => {
    expect(await put("/bytes", Uint8Array.of(1, 2, 3))).toEqual(["2.04", "Uint8Array 3"]);
    expect(await put("/bytes", "{}", 50)).toEqual(["2.04", "Uint8Array 2"]);
    expect(await put("/bytes", undefined)).toEqual(["2.04", "Uint8Array 0"]);
    expect(await put("/buffer", Uint8Array.of(1, 2), 9999)).toEqual(["2.04", "258"]);
  });

  it("bytes can be checked by a schema all the same", async () => {
    expect(await put("/checked", "ab")).toEqual(["2.04", "2"]);
    expect((await put("/checked", "a"))[0]).toBe("4.22");
  });

  it("anything else takes the structured codecs, and consumes beats the type", async () => {
    expect(await put("/object", { a: 1 })).toEqual(["2.04", "1"]);
    expect((await put("/object", "a", 0))[0]).toBe("4.15");
    expect(await put("/declared", '"x"', 50)).toEqual(["2.04", '"x"']);
  });

  it("hands out bytes that outlive the request, whatever the engine's buffer is", async () => {
    const { app } = await testApp();
    let kept: Uint8Array | undefined;
    app.route({
      method: "PUT",
      path: "/x",
      consumes: [42],
      payload: true,
      handler: (ctx) => {
        kept = ctx.payload as Uint8Array;
      },
    });
    const datagram = Buffer.from("first");
    await app.inject({ method: "PUT", path: "/x", payload: datagram, contentFormat: 42 });
    datagram.fill(0);
    expect(new TextDecoder().decode(kept)).toBe("first");
  });
});

describe("app.route", () => {
  it("types params, query and payload by path and schemas", async () => {
    const { app } = await testApp({ plugins: [json()] });
    app.route({
      method: "GET",
      path: "/rooms/:room/files/*rest",
      handler: (ctx) => {
        expectTypeOf(ctx.params).toEqualTypeOf<{ readonly room: string; readonly rest: string }>();
        expectTypeOf(ctx.query).toEqualTypeOf<Query>();
        expectTypeOf(ctx.payload).toEqualTypeOf<unknown>();
        return `${ctx.params.room}:${ctx.params.rest}`;
      },
    });
    app.route({
      method: "PUT",
      path: "/sensors/:id",
      params: z.object({ id: z.coerce.number().int() }),
      query: z.object({ unit: z.enum(["C", "F"]).default("C") }),
      payload: z.object({ at: z.string().transform((text) => new Date(text)) }),
      handler: ({ params, query, payload }) => {
        expectTypeOf(params).toEqualTypeOf<{ id: number }>();
        expectTypeOf(query).toEqualTypeOf<{ unit: "C" | "F" }>();
        expectTypeOf(payload).toEqualTypeOf<{ at: Date }>();
        return [params.id + 1, query.unit, payload.at.getTime()];
      },
    });
    expect((await app.inject({ method: "GET", path: "/rooms/1/files/a/b" })).text).toBe("1:a/b");
    const reply = await app.inject({ method: "PUT", path: "/sensors/7", payload: { at: "1970-01-01T00:00:01Z" } });
    expect(reply.value).toEqual([8, "C", 1000]);
  });

  it("is typed the same for plugins", async () => {
    const { app } = await testApp({
      plugins: [
        plugin("typed", (host) =>
          host.routes.add({
            method: "GET",
            path: "/typed/:id",
            params: z.object({ id: z.coerce.number() }),
            handler: ({ params }) => {
              expectTypeOf(params).toEqualTypeOf<{ id: number }>();
              return `${params.id + 1}`;
            },
          }),
        ),
      ],
    });
    expect((await app.inject({ method: "GET", path: "/typed/1" })).text).toBe("2");
  });

  it("refuses parameters that the path does not have, and methods that are none, when compiled", () => {
    const add = async () => {
      const { app } = await testApp();
      // @ts-expect-error the path has no parameter "di"
      app.route({ method: "GET", path: "/:id", handler: (ctx) => ctx.params.di });
      // @ts-expect-error there is no such method
      app.route({ method: "TRACE", path: "/x", handler: () => "x" });
    };
    expectTypeOf(add).returns.toEqualTypeOf<Promise<void>>();
  });
});
