import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type InjectRequest, Payload, Put, Query, Resource, type RouteDefinition } from "../src/index.js";
import { settle } from "./support/fake-clock.js";
import { json } from "./support/formats.js";
import { appWith, testApp } from "./support/test-app.js";

const asynchronous = z.object({ at: z.string() }).transform(async ({ at }) => {
  await settle();
  return { at: `${at}!` };
});

type AnyRoute = Partial<RouteDefinition<string, unknown, unknown, unknown>>;

async function ask(route: AnyRoute, request: Partial<InjectRequest>) {
  let seen: unknown = "handler did not run";
  const handler: AnyRoute["handler"] = ({ params, query, payload }) => {
    seen = { params, query, payload };
  };
  const { app } = await appWith({ method: "PUT", path: "/x/:id", handler, ...route }, { plugins: [json()] });
  const reply = await app.inject({ method: "PUT", path: "/x/7", ...request });
  return { code: reply.code, text: reply.text, seen };
}

describe("validation", () => {
  it("hands the handler what schemas make of params, query and payload", async () => {
    const route = {
      params: z.object({ id: z.coerce.number() }),
      query: z.object({ unit: z.string().default("C") }),
      payload: z.object({ a: z.string().trim() }),
    };
    const { code, seen } = await ask(route, { payload: { a: " b ", c: 1 } });
    expect([code, seen]).toEqual(["2.04", { params: { id: 7 }, query: { unit: "C" }, payload: { a: "b" } }]);
  });

  it.each<[string, AnyRoute, Partial<InjectRequest>, string, RegExp]>([
    ["params", { params: z.object({ id: z.literal("8") }) }, {}, "4.00", /^Invalid path: id: /],
    ["query", { query: z.object({ unit: z.enum(["C"]) }) }, { query: { unit: "K" } }, "4.00", /^Invalid query: unit: /],
    [
      "payload",
      { payload: z.object({ room: z.object({ floor: z.number() }) }) },
      { payload: { room: { floor: "1" } } },
      "4.22",
      /^Invalid payload: room\.floor: /,
    ],
    ["a payload as a whole", { payload: z.number() }, { payload: ["a"] }, "4.22", /^Invalid payload: \S/],
  ])("refuses %s before the handler", async (_, route, request, code, text) => {
    expect(await ask(route, request)).toEqual({ code, text: expect.stringMatching(text), seen: "handler did not run" });
  });

  it("waits for asynchronous schemas, in order", async () => {
    const { code, seen } = await ask(
      { query: asynchronous, payload: asynchronous },
      { query: { at: "q" }, payload: { at: "p" } },
    );
    expect([code, seen]).toEqual(["2.04", { params: { id: "7" }, query: { at: "q!" }, payload: { at: "p!" } }]);
    expect(await ask({ query: asynchronous, payload: asynchronous }, { payload: { at: "p" } })).toMatchObject({
      code: "4.00",
    });
    expect(await ask({ payload: asynchronous }, { payload: {} })).toMatchObject({
      code: "4.22",
      seen: "handler did not run",
    });
  });

  it("cuts long lists of issues", async () => {
    const fields = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`field${index}`, z.string()]));
    const { text } = await ask({ payload: z.object(fields) }, { payload: {} });
    expect(text).toHaveLength("Invalid payload: ".length + 240);
    expect(text).toMatch(/^Invalid payload: field0: .*…$/);
  });

  it("has a schema that throws be a bug: 5.00, nothing of it on the wire", async () => {
    const throwing = z.object({}).transform(() => {
      throw new Error("secret");
    });
    expect(await ask({ payload: throwing }, { payload: {} })).toEqual({
      code: "5.00",
      text: "",
      seen: "handler did not run",
    });
  });

  it("works on decorated parameters", async () => {
    @Resource("d")
    class Decorated {
      @Put() write(
        @Query(z.object({ n: z.coerce.number() })) query: { n: number },
        @Payload(asynchronous) payload: { at: string },
      ) {
        return { n: query.n + 1, at: payload.at };
      }
    }
    const { app } = await testApp({ resources: [Decorated], plugins: [json()] });
    const reply = await app.inject({ method: "PUT", path: "/d?n=1", payload: { at: "x" } });
    expect(reply.value).toEqual({ n: 2, at: "x!" });
  });
});

describe("names that reach for a prototype", () => {
  const hostile = "/x?__proto__=a&constructor=b&__proto__=c&toString&hasOwnProperty=d";

  it("are plain names in the query", async () => {
    const { app } = await appWith({
      handler: ({ query }) => JSON.stringify([Object.keys(query), Object.getPrototypeOf(query)]),
    });
    const { text } = await app.inject({ method: "GET", path: hostile });
    expect(JSON.parse(text)).toEqual([["__proto__", "constructor", "toString", "hasOwnProperty"], null]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it("do not get past a schema", async () => {
    const loose = z.looseObject({ unit: z.string().optional() });
    const { app } = await appWith({
      query: loose,
      handler: ({ query }) => `${Object.getPrototypeOf(query) === Object.prototype}`,
    });
    expect((await app.inject({ method: "GET", path: hostile })).text).toBe("true");
    expect((await app.inject({ method: "GET", path: hostile })).code).toBe("2.05");
    expect(Object.prototype.toString.call({})).toBe("[object Object]");
  });

  it("are plain names in a path", async () => {
    const { app } = await appWith({
      path: "/:__proto__/:constructor",
      handler: ({ params }) => JSON.stringify(Object.entries(params)),
    });
    expect((await app.inject({ method: "GET", path: "/a/b" })).text).toBe('[["__proto__","a"],["constructor","b"]]');
  });

  it("are absent where nobody sent them", async () => {
    const { app } = await appWith({ handler: ({ query }) => `${query.toString} ${query.constructor}` });
    expect((await app.inject({ method: "GET", path: "/x" })).text).toBe("undefined undefined");
  });
});
