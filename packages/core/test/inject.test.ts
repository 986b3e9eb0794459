import { describe, expect, it } from "vitest";
import { created, OptionNumber, respond } from "../src/index.js";
import { json } from "./support/formats.js";
import { appWith, failure, testApp } from "./support/test-app.js";

describe("inject", () => {
  it("builds requests from a path, a query, a payload, options and a peer", async () => {
    const { app } = await appWith(
      {
        method: "POST",
        path: "/a b/:id",
        payload: true,
        handler: (ctx) => ({
          id: ctx.params.id,
          query: ctx.query,
          payload: ctx.payload,
          maxAge: ctx.request.options.uint(OptionNumber.MaxAge),
          peer: [ctx.peer.key, ctx.peer.scheme, ctx.peer.port],
          confirmable: ctx.request.confirmable,
        }),
      },
      { plugins: [json()] },
    );
    const reply = await app.inject({
      method: "POST",
      path: "/a%20b/%C3%A4?x=1",
      query: { y: [1, "two"].map(String), z: true, n: 5 },
      payload: { a: [1] },
      options: [{ number: OptionNumber.MaxAge, value: 9 }],
      peer: { key: "k", scheme: "coaps" },
      confirmable: false,
    });
    expect(reply.value).toEqual({
      id: "ä",
      query: { x: "1", y: ["1", "two"], z: "true", n: "5" },
      payload: { a: [1] },
      maxAge: 9,
      peer: ["k", "coaps", 0],
      confirmable: false,
    });
  });

  it("reads replies: location, ETag, Max-Age, value and text", async () => {
    const { app } = await appWith({
      method: "POST",
      handler: () => created("/a%20b/c?d=e", { etag: "tag", maxAgeS: 3 }),
    });
    const reply = await app.inject({ method: "POST", path: "/x" });
    expect(reply).toMatchObject({ code: "2.01", location: "/a%20b/c?d=e", maxAgeS: 3, text: "", value: undefined });
    expect(reply.etag).toEqual(new TextEncoder().encode("tag"));
    const plain = await (await appWith({ handler: () => "x" })).app.inject({ method: "GET", path: "/x" });
    expect(plain).toMatchObject({ location: undefined, etag: undefined, maxAgeS: 60, value: "x" });
  });

  it("says what is wrong with a payload that its format does not fit", async () => {
    const { app } = await appWith(
      { handler: () => respond({ code: 69, payload: "{", contentFormat: 50 }) },
      { plugins: [json()] },
    );
    const reply = await app.inject({ method: "GET", path: "/x" });
    expect(() => reply.value).toThrow("The payload cannot be decoded as content format 50: The payload is not JSON.");
  });

  it.each([
    [{ path: "x" }, /^inject: the path is malformed\. /],
    [{ path: "/x#y" }, /^inject: the path is malformed\. /],
    [{ path: "/x", accept: "text/none" }, /^accept of inject names the media type "text\/none"/],
    [{ path: "/x", payload: {} }, /^inject: no loaded plugin encodes this payload; add json\(\)/],
  ])("refuses %o", async (request, message) => {
    const { app } = await testApp();
    expect(await failure(() => app.inject({ method: "GET", ...request }))).toMatchObject({
      code: "COAPKIT_ERR_OPTIONS_INVALID",
      message: expect.stringMatching(message),
    });
  });

  it("answers a thousand requests on several routes, each with its own", async () => {
    const { app, clock } = await testApp({ plugins: [json()] });
    app.route({ method: "GET", path: "/sync/:n", handler: ({ params }) => ({ n: Number(params.n) }) });
    app.route({ method: "GET", path: "/async/:n", handler: async ({ params }) => ({ n: Number(params.n) }) });
    app.route({ method: "PUT", path: "/echo", payload: true, handler: ({ payload }) => payload });
    app.route({ method: "GET", path: "/fails/:n", handler: ({ params }) => Promise.reject(new Error(params.n)) });
    const requests = Array.from({ length: 1_000 }, async (_, n) => {
      switch (n % 5) {
        case 0:
          return (await app.inject({ method: "GET", path: `/sync/${n}` })).value;
        case 1:
          return (await app.inject({ method: "GET", path: `/async/${n}` })).value;
        case 2:
          return (await app.inject({ method: "PUT", path: "/echo", payload: { n } })).value;
        case 3:
          return (await app.inject({ method: "GET", path: `/fails/${n}` })).code;
        default:
          return (await app.inject({ method: "GET", path: `/none/${n}` })).code;
      }
    });
    const expected = Array.from({ length: 1_000 }, (_, n) => [{ n }, { n }, { n }, "5.00", "4.04"][n % 5]);
    expect(await Promise.all(requests)).toEqual(expected);
    expect(app.counters).toEqual({
      requests: 1_000,
      responses: 1_000,
      dropped: 0,
      inFlight: 0,
      overloaded: 0,
      timeouts: 0,
      lateResults: 0,
      bugs: 200,
    });
    expect(clock.pending).toBe(1); // the one timer that all deadlines share
    await app.close();
    expect(clock.pending).toBe(0);
  });
});
