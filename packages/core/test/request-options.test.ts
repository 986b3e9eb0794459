import { describe, expect, it } from "vitest";
import { type InjectRequest, type OptionEntry, OptionNumber } from "../src/index.js";
import { appWith, plugin } from "./support/test-app.js";

const UNKNOWN_CRITICAL = 9999;
const UNKNOWN_ELECTIVE = 9998;

async function ask(
  options: OptionEntry[],
  request: Partial<InjectRequest> = {},
  calls: { count: number } = { count: 0 },
) {
  const { app } = await appWith({ handler: () => `${++calls.count}` });
  const reply = await app.inject({ method: "GET", path: "/x", options, ...request });
  return `${reply.code} ${reply.text}`.trim();
}

describe("options of a request (RFC 7252 §5.4)", () => {
  const accept = { number: OptionNumber.Accept, value: 0 };
  it.each<[string, OptionEntry[], string]>([
    ["unknown and critical", [{ number: UNKNOWN_CRITICAL, value: "" }], "4.02 Option 9999 is unknown or malformed."],
    ["unknown and elective", [{ number: UNKNOWN_ELECTIVE, value: "x" }], "2.05 1"],
    [
      "critical with a wrong length",
      [{ number: OptionNumber.IfNoneMatch, value: "x" }],
      "4.02 Option 5 is unknown or malformed.",
    ],
    [
      "an Accept of three bytes",
      [{ number: OptionNumber.Accept, value: 65_536 }],
      "4.02 Option 17 is unknown or malformed.",
    ],
    ["Accept twice", [accept, accept], "4.02 Option 17 is unknown or malformed."],
    ["Uri-Host twice", [3, 3].map((number) => ({ number, value: "h" })), "4.02 Option 3 is unknown or malformed."],
    ["elective with a wrong length: Content-Format", [{ number: OptionNumber.ContentFormat, value: 65_536 }], "2.05 1"],
    ["elective with a wrong length: ETag", [{ number: OptionNumber.ETag, value: "nine bytes" }], "2.05 1"],
    ["elective twice: Max-Age", [7, 8].map((value) => ({ number: OptionNumber.MaxAge, value })), "2.05 1"],
    ["for a proxy, by scheme", [{ number: OptionNumber.ProxyScheme, value: "coap" }], "5.05"],
    ["for a proxy, by URI", [{ number: OptionNumber.ProxyUri, value: "coap://other/x" }], "5.05"],
  ])("%s", async (_, options, expected) => {
    expect(await ask(options)).toBe(expected);
  });

  it("a Content-Format with a wrong length is none, so a payload lacks its format", async () => {
    const { app } = await appWith({ method: "PUT", payload: true, consumes: [0], handler: () => undefined });
    const options = [{ number: OptionNumber.ContentFormat, value: Uint8Array.of(0, 0, 0) }];
    const reply = await app.inject({ method: "PUT", path: "/x", payload: "a", options });
    expect(reply).toMatchObject({ code: "4.00", text: expect.stringContaining("Content-Format is missing") });
  });

  it("an unknown critical option in a NON is met with silence, counted, and runs nothing", async () => {
    const { app } = await appWith({ handler: () => "x" });
    const options = [{ number: UNKNOWN_CRITICAL, value: "" }];
    await expect(app.inject({ method: "GET", path: "/x", confirmable: false, options })).rejects.toMatchObject({
      code: "COAPKIT_ERR_TIMEOUT",
      message: "GET /x was left without an answer.",
    });
    expect(app.counters).toMatchObject({ dropped: 1, responses: 0, inFlight: 0 });
    expect((await app.inject({ method: "GET", path: "/x", confirmable: false })).text).toBe("x");
  });

  it("are known once a plugin defines them", async () => {
    const definition = {
      number: UNKNOWN_CRITICAL,
      name: "Acme",
      format: "uint",
      minLength: 0,
      maxLength: 2,
      repeatable: false,
    } as const;
    const acme = plugin("acme", (host) => host.options.define(definition));
    const { app } = await appWith(
      { handler: (ctx) => `${ctx.request.options.uint(UNKNOWN_CRITICAL)}` },
      { plugins: [acme] },
    );
    const get = (value: number) =>
      app.inject({ method: "GET", path: "/x", options: [{ number: UNKNOWN_CRITICAL, value }] });
    expect((await get(513)).text).toBe("513");
    expect((await get(65_536)).code).toBe("4.02");
  });

  it("are checked in order: 4.02, then 5.05, then the path, then 4.04, then 4.05", async () => {
    const bad = { number: UNKNOWN_CRITICAL, value: "" };
    const proxy = { number: OptionNumber.ProxyScheme, value: "coap" };
    const dots = { number: OptionNumber.UriPath, value: ".." };
    const code = async (...args: Parameters<typeof ask>) => (await ask(...args)).slice(0, 4);
    expect(await code([bad, proxy], { path: "/none" })).toBe("4.02");
    expect(await code([proxy, dots], { path: "/none" })).toBe("5.05");
    expect(await code([dots], { path: "/none" })).toBe("4.00");
    expect(await code([], { path: "/none", method: "PUT" })).toBe("4.04");
    expect(await code([], { method: "PUT" })).toBe("4.05");
  });
});

describe("paths of a request (RFC 7252 §5.10.1)", () => {
  const path = (...values: (string | Uint8Array)[]): OptionEntry[] =>
    values.map((value) => ({ number: OptionNumber.UriPath, value }));
  async function route(pattern: string, options: OptionEntry[]) {
    const { app } = await appWith({ path: pattern, handler: (ctx) => JSON.stringify(Object.values(ctx.params)) });
    const reply = await app.inject({ method: "GET", path: "/", options });
    return `${reply.code} ${reply.text}`;
  }

  it.each<[string, string, OptionEntry[], string]>([
    ["a slash within a segment stays in its parameter", "/:a", path("x/y"), '2.05 ["x/y"]'],
    ["a wildcard joins what is left", "/f/*rest", path("f", "a", "", "b"), '2.05 ["a//b"]'],
    ["an empty segment is a segment", "/a//b", path("a", "", "b"), "2.05 []"],
    ["and not none", "/a/b", path("a", "", "b"), "4.04 "],
    ["a trailing one too", "/a", path("a", ""), "4.04 "],
    ["percent signs are data", "/:a", path("%2F"), '2.05 ["%2F"]'],
    ["case is data", "/a", path("A"), "4.04 "],
    ["255 bytes fit", "/:a", path("é".repeat(127)), `2.05 ["${"é".repeat(127)}"]`],
    ["256 do not", "/:a", path("x".repeat(256)), "4.02 Option 11 is unknown or malformed."],
    ["invalid UTF-8 is refused", "/:a", path(Uint8Array.of(0xff)), "4.00 The path is not UTF-8."],
    [
      "65 segments are refused",
      "/*a",
      path(...Array.from({ length: 65 }, () => "x")),
      "4.00 The path has more than 64 segments.",
    ],
    [
      "64 are not",
      "/:a/*b",
      path(...Array.from({ length: 64 }, () => "x")),
      `2.05 ["x","${Array.from({ length: 63 }, () => "x").join("/")}"]`,
    ],
  ])("%s", async (_, pattern, options, expected) => {
    expect(await route(pattern, options)).toBe(expected);
  });

  it("leave nothing of one request in the next", async () => {
    const { app } = await appWith({ path: "/a/:b/:c/*d", handler: (ctx) => JSON.stringify(ctx.params) });
    app.route({ method: "GET", path: "/:only", handler: (ctx) => JSON.stringify(ctx.params) });
    const get = async (target: string) => (await app.inject({ method: "GET", path: target })).text;
    expect(await get("/a/1/2/3/4")).toBe('{"b":"1","c":"2","d":"3/4"}');
    expect(await get("/x")).toBe('{"only":"x"}');
    expect(await get("/a/5/6/7")).toBe('{"b":"5","c":"6","d":"7"}');
  });
});
