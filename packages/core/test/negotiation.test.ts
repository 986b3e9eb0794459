import { describe, expect, it } from "vitest";
import {
  badRequest,
  CoapError,
  Code,
  ContentFormat,
  content,
  type FormatName,
  type FormatRoute,
  type MethodName,
  type RouteDefinition,
  respond,
  routeMetadata,
} from "../src/index.js";
import { json, jsonFormat, reversed, reversedFormat } from "./support/formats.js";
import { appWith, plugin } from "./support/test-app.js";

const SENML_JSON = 110;
const plugins = () => [json(), reversed()];
const GET = { method: "GET", path: "/x" } as const;
type Definition = Partial<RouteDefinition> & Pick<RouteDefinition, "handler">;

async function answer(route: Definition, accept?: FormatName, method: MethodName = "GET") {
  const { app } = await appWith({ method, ...route }, { plugins: plugins() });
  const reply = await app.inject({ method, path: "/x", accept });
  return [reply.code, reply.contentFormat, reply.text];
}

async function send(route: Partial<RouteDefinition>, payload: string, contentFormat?: number) {
  let calls = 0;
  const handler: RouteDefinition["handler"] = (ctx) => {
    calls++;
    return JSON.stringify(ctx.payload instanceof Uint8Array ? [...ctx.payload] : ctx.payload);
  };
  const { app } = await appWith({ method: "PUT", payload: true, handler, ...route }, { plugins: plugins() });
  const reply = await app.inject({ method: "PUT", path: "/x", payload, contentFormat });
  return [reply.code, reply.text, calls];
}

describe("Accept, where the route declares nothing", () => {
  const value = () => ({ a: 1 });
  it.each<[string, () => unknown, FormatName | undefined, unknown[]]>([
    ["an object is sent in the first structured format", value, undefined, ["2.05", 50, '{"a":1}']],
    ["a text is text/plain", () => "t", undefined, ["2.05", 0, "t"]],
    ["bytes are octet-stream", () => Uint8Array.of(0x41), undefined, ["2.05", 42, "A"]],
    ["a number is structured", () => 7, undefined, ["2.05", 50, "7"]],
    ["the format asked for is used, by number", value, 60, ["2.05", 60, '}1:"a"{']],
    ["or by media type", value, "application/cbor", ["2.05", 60, '}1:"a"{']],
    ["a text can be asked for as JSON", () => "t", 50, ["2.05", 50, '"t"']],
    ["a number as text", () => 7, 0, ["2.05", 0, "7"]],
    ["a boolean as text", () => false, "text/plain", ["2.05", 0, "false"]],
    ["links as link-format", () => [{ target: "/a", attributes: {} }], 40, ["2.05", 40, "</a>"]],
    [
      "an object cannot be text: a late 4.06",
      value,
      0,
      ["4.06", undefined, "This representation cannot be sent as text/plain;charset=utf-8."],
    ],
    [
      "nor a text be bytes",
      () => "t",
      42,
      ["4.06", undefined, "This representation cannot be sent as application/octet-stream."],
    ],
    [
      "nor an object links",
      value,
      40,
      ["4.06", undefined, "This representation cannot be sent as application/link-format."],
    ],
    [
      "a format without a codec is 4.06",
      value,
      9999,
      ["4.06", undefined, expect.stringMatching(/^Content formats to accept here: 50 \(application\/json\), 60 /)],
    ],
    ["+json is used only where it is named", value, SENML_JSON, ["4.06", undefined, expect.anything()]],
  ])("%s", async (_, handler, accept, expected) => {
    expect(await answer({ handler }, accept)).toEqual(expected);
  });

  it("an action offers structured formats only, and refuses before its side effect", async () => {
    let calls = 0;
    const handler = () => ({ calls: ++calls });
    for (const accept of [0, 40, 42, 9999]) expect((await answer({ handler }, accept, "POST"))[0]).toBe("4.06");
    expect(calls).toBe(0);
    expect(await answer({ handler }, 50, "POST")).toEqual(["2.04", 50, '{"calls":1}']);
    expect(await answer({ handler: () => undefined }, 50, "PUT")).toEqual(["2.04", undefined, ""]);
  });
});

describe("Accept, where the route declares produces", () => {
  it("the first is the default, the others on demand, and the rest 4.06 before the handler runs", async () => {
    let calls = 0;
    const route: Definition = { produces: ["application/cbor", SENML_JSON, 0], handler: () => ++calls };
    expect(await answer(route)).toEqual(["2.05", 60, "1"]);
    expect(await answer(route, SENML_JSON)).toEqual(["2.05", SENML_JSON, "2"]);
    expect(await answer(route, 0)).toEqual(["2.05", 0, "3"]);
    expect(await answer(route, 50)).toEqual([
      "4.06",
      undefined,
      "Content formats to accept here: 60 (application/cbor), 110 (application/senml+json), 0 (text/plain; charset=utf-8).",
    ]);
    expect(calls).toBe(3);
  });

  it("a number without a codec passes bytes and texts as they are", async () => {
    expect(await answer({ produces: [65_001], handler: () => Uint8Array.of(0x41) }, 65_001)).toEqual([
      "2.05",
      65_001,
      "A",
    ]);
    expect(await answer({ produces: [65_001], handler: () => "B" })).toEqual(["2.05", 65_001, "B"]);
  });

  it("what the declared format cannot represent is the handler's fault: 5.00", async () => {
    const { app, log } = await appWith({ produces: [65_001], handler: () => ({}) }, { plugins: plugins() });
    expect((await app.inject(GET)).code).toBe("5.00");
    expect(String(log.errors[0])).toContain("declare another format in produces");
  });

  it("without Accept the payload's own format is used where it is declared", async () => {
    const route = { method: "POST", payload: true, produces: [0, 50], consumes: [50, 60], handler: () => 1 } as const;
    const { app } = await appWith(route, { plugins: plugins() });
    const post = (contentFormat: number, accept?: number) =>
      app.inject({ method: "POST", path: "/x", payload: "1", contentFormat, accept });
    expect([(await post(50)).contentFormat, (await post(60)).contentFormat]).toEqual([50, 0]);
    expect((await post(50, 0)).contentFormat).toBe(0);
  });

  it("an empty list leaves the format to the handler; another one than Accept's is 4.06", async () => {
    const route: Definition = { produces: [], handler: () => content("<x/>", { contentFormat: 41 }) };
    expect(await answer(route, 41)).toEqual(["2.05", 41, "<x/>"]);
    expect(await answer(route)).toEqual(["2.05", 41, "<x/>"]);
    expect(await answer(route, 50)).toEqual(["4.06", undefined, ""]);
  });

  it("an empty list lets actions ignore Accept", async () => {
    expect(await answer({ produces: [], handler: () => undefined }, 41, "PUT")).toEqual(["2.04", undefined, ""]);
  });

  it("holds for actions too", async () => {
    let calls = 0;
    const route: Definition = { produces: [0], handler: () => `${++calls}` };
    expect((await answer(route, 50, "POST"))[0]).toBe("4.06");
    expect(await answer(route, 0, "POST")).toEqual(["2.04", 0, "1"]);
  });
});

describe("a reply that names its format", () => {
  it("passes texts and bytes as they are and encodes the rest", async () => {
    const { app } = await appWith(
      { handler: () => content("<x/>", { contentFormat: ContentFormat.Xml }) },
      { plugins: plugins() },
    );
    app.route({ method: "GET", path: "/value", handler: () => content([1], { contentFormat: SENML_JSON }) });
    expect(await app.inject(GET)).toMatchObject({ contentFormat: 41, text: "<x/>" });
    expect(await app.inject({ method: "GET", path: "/value" })).toMatchObject({
      contentFormat: SENML_JSON,
      text: "[1]",
    });
  });
});

describe("Content-Format", () => {
  it.each<[string, Partial<RouteDefinition>, string, number | undefined, unknown[]]>([
    ["the structured codecs by default", {}, '{"a":1}', 50, ["2.04", '{"a":1}', 1]],
    ["each by its number", {}, '}1:"a"{', 60, ["2.04", '{"a":1}', 1]],
    [
      "text is 4.15 by default",
      {},
      "a",
      0,
      ["4.15", "Content formats to send here: 50 (application/json), 60 (application/cbor).", 0],
    ],
    ["a format nobody knows is 4.15", {}, "a", 9999, ["4.15", expect.anything(), 0]],
    [
      "+json is 4.15 unless named: a merge patch is not the representation",
      {},
      "{}",
      52,
      ["4.15", expect.anything(), 0],
    ],
    ["+json where it is named", { consumes: ["application/merge-patch+json"] }, "{}", 52, ["2.04", "{}", 1]],
    [
      "and then nothing else",
      { consumes: [52] },
      "{}",
      50,
      ["4.15", "Content formats to send here: 52 (application/merge-patch+json).", 0],
    ],
    [
      "none is 4.00 where one is needed",
      {},
      "{}",
      undefined,
      ["4.00", "Content-Format is missing; one of: 50 (application/json), 60 (application/cbor).", 0],
    ],
    ["what does not decode is 4.00 with the codec's reason", {}, "{", 50, ["4.00", "The payload is not JSON.", 0]],
    ["a number without a codec passes bytes", { consumes: [65_001] }, "AB", 65_001, ["2.04", "[65,66]", 1]],
    [
      "links are read as links",
      { consumes: [40] },
      "</a>;rt=x",
      40,
      ["2.04", '[{"target":"/a","attributes":{"rt":"x"}}]', 1],
    ],
    ["a route that takes no payload does not look", { payload: undefined }, "a", 9999, ["2.04", "", 1]],
    ["unless it says what it consumes", { payload: undefined, consumes: [0] }, "a", 50, ["4.15", expect.anything(), 0]],
  ])("%s", async (_, route, payload, contentFormat, expected) => {
    expect(await send(route, payload, contentFormat)).toEqual(expected);
  });

  it("is checked after Accept and before any side effect", async () => {
    let calls = 0;
    const handler = () => ++calls;
    const { app } = await appWith({ method: "POST", payload: true, handler }, { plugins: plugins() });
    const request = { method: "POST", path: "/x", payload: "a", contentFormat: 0, accept: 9999 } as const;
    expect([(await app.inject(request)).code, calls]).toEqual(["4.06", 0]);
  });
});

/** Reads the only shape of CBOR that problem details have: a map of negative keys to texts and unsigned numbers. */
function readProblem(bytes: Uint8Array): Map<number, string | number> {
  let offset = 0;
  const head = () => {
    const first = bytes[offset++] as number;
    const low = first & 0x1f;
    const width = low < 24 ? 0 : 2 ** (low - 24);
    let argument = width === 0 ? low : 0;
    for (let i = 0; i < width; i++) argument = argument * 256 + (bytes[offset++] as number);
    return { major: first >> 5, argument };
  };
  const entries = head();
  expect(entries.major).toBe(5);
  const problem = new Map<number, string | number>();
  for (let i = 0; i < entries.argument; i++) {
    const key = head();
    expect(key.major).toBe(1);
    const value = head();
    expect([0, 3]).toContain(value.major);
    if (value.major === 0) problem.set(-1 - key.argument, value.argument);
    else {
      const text = bytes.subarray(offset, offset + value.argument);
      offset += value.argument;
      problem.set(-1 - key.argument, new TextDecoder().decode(text));
    }
  }
  expect(offset).toBe(bytes.length);
  return problem;
}

describe("problem details (RFC 9290)", () => {
  const fails = () => {
    throw new CoapError(Code.Conflict, "Sensor 7 is taken.");
  };

  it("are the exact bytes of title, detail and response code", async () => {
    const { app } = await appWith({ method: "POST", handler: () => badRequest("No.") });
    const reply = await app.inject({ method: "POST", path: "/x", accept: 257 });
    expect([reply.code, reply.contentFormat]).toEqual(["4.00", 257]);
    // {-1: "BadRequest", -2: "No.", -4: 128}
    expect(Buffer.from(reply.payload).toString("hex")).toBe(
      `a3206a${Buffer.from("BadRequest").toString("hex")}21634e6f2e231880`,
    );
  });

  it.each(["257", "60"])("go to a client that accepts %s", async (accept) => {
    const { app } = await appWith({ method: "POST", handler: fails }, { plugins: plugins() });
    const reply = await app.inject({ method: "POST", path: "/x", accept: Number(accept) });
    expect([reply.code, reply.contentFormat]).toEqual(["4.09", 257]);
    expect([...readProblem(reply.payload)]).toEqual([
      [-1, "Conflict"],
      [-2, "Sensor 7 is taken."],
      [-4, Code.Conflict],
    ]);
  });

  it("can be all that a client wants back of an action: success then has no payload", async () => {
    const { app } = await appWith({ method: "POST", handler: () => ({ id: 7 }) }, { plugins: plugins() });
    const reply = await app.inject({ method: "POST", path: "/x", accept: 257 });
    expect([reply.code, reply.contentFormat, reply.text]).toEqual(["2.04", undefined, ""]);
  });

  it("leave out a detail that is not there, so a bug says nothing of the inside", async () => {
    const { app } = await appWith({
      method: "POST",
      handler: () => {
        throw new Error("secret");
      },
    });
    const reply = await app.inject({ method: "POST", path: "/x", accept: 257 });
    expect([...readProblem(reply.payload)]).toEqual([
      [-1, "InternalServerError"],
      [-4, Code.InternalServerError],
    ]);
  });

  it.each([10, 23, 24, 255, 256, 65_535, 65_536, 70_000])("carry a detail of %i bytes", async (length) => {
    const { app } = await appWith({ handler: () => badRequest("d".repeat(length)) }, { problemDetails: "always" });
    expect(readProblem((await app.inject(GET)).payload).get(-2)).toHaveLength(length);
  });

  it("explain a 4.06 to a GET that accepts nothing else", async () => {
    const { app } = await appWith({ handler: () => "x" });
    const reply = await app.inject({ ...GET, accept: 257 });
    expect([reply.code, reply.contentFormat]).toEqual(["4.06", 257]);
  });

  it("explain what has no route too", async () => {
    const { app } = await appWith({ handler: () => "x" });
    const reply = await app.inject({ method: "GET", path: "/none", accept: 257 });
    expect([reply.code, ...readProblem(reply.payload)]).toEqual(["4.04", [-1, "NotFound"], [-4, Code.NotFound]]);
  });

  it.each([
    ["accepted", undefined, undefined],
    ["accepted", 257, 257],
    ["always", undefined, 257],
    ["never", 257, undefined],
  ] as const)("in mode %s with Accept %s have Content-Format %s", async (problemDetails, accept, expected) => {
    const { app } = await appWith({ method: "POST", handler: fails }, { problemDetails });
    const reply = await app.inject({ method: "POST", path: "/x", accept });
    expect([reply.code, reply.contentFormat]).toEqual(["4.09", expected]);
    if (expected === undefined) expect(reply.text).toBe("Sensor 7 is taken.");
  });

  it("give way to a payload of the handler's own", async () => {
    const own = respond({ code: Code.Conflict, payload: { why: 1 }, contentFormat: 50 });
    const { app } = await appWith(
      { method: "POST", handler: () => own },
      { plugins: plugins(), problemDetails: "always" },
    );
    expect(await app.inject({ method: "POST", path: "/x" })).toMatchObject({
      code: "4.09",
      contentFormat: 50,
      text: '{"why":1}',
    });
  });
});

describe("formats of plugins", () => {
  it("are found by their own media type, whatever the registry says", async () => {
    const own = plugin("own", (host) =>
      host.formats.add({ ...reversedFormat, contentFormat: 65_002, mediaType: "application/x-own" }),
    );
    const { app } = await appWith({ produces: ["application/x-own"], handler: () => [1] }, { plugins: [own] });
    expect(await app.inject({ ...GET, accept: "Application/X-Own" })).toMatchObject({
      contentFormat: 65_002,
      text: "]1[",
    });
  });

  it("may serve what their suffix covers, but a codec of its own goes before", async () => {
    const senml = plugin("senml", (host) =>
      host.formats.add({ ...jsonFormat, contentFormat: SENML_JSON, suffix: undefined, encode: () => "senml" }),
    );
    const { app } = await appWith({ produces: [SENML_JSON, 52], handler: () => [1] }, { plugins: [json(), senml] });
    expect((await app.inject({ ...GET, accept: SENML_JSON })).text).toBe("senml");
    expect((await app.inject({ ...GET, accept: 52 })).text).toBe("[1]");
  });

  it("may be another codec for each route, also where a reply names the format itself", async () => {
    const Sign = routeMetadata<string>("coapkit-test/sign");
    const format = {
      ...reversedFormat,
      contentFormat: 65_003,
      mediaType: "application/x-signed",
      forRoute: (route: FormatRoute) => ({ ...format, encode: () => route.meta(Sign) ?? "unsigned" }),
    };
    const signed = plugin("signed", (host) => host.formats.add(format));
    const handler = () => ({ a: 1 });
    const { app } = await appWith({ metadata: [Sign.entry("mine")], handler }, { plugins: [signed] });
    app.route({ method: "GET", path: "other", produces: [65_003], handler });
    app.route({
      method: "GET",
      path: "named",
      metadata: [Sign.entry("named")],
      handler: () => content({ a: 1 }, { contentFormat: 65_003 }),
    });
    const textOf = async (path: string, accept?: number) => (await app.inject({ method: "GET", path, accept })).text;
    expect([await textOf("/x", 65_003), await textOf("/other"), await textOf("/named")]).toEqual([
      "mine",
      "unsigned",
      "named",
    ]);
  });

  it("may be used only where a route names them", async () => {
    const patch = plugin("patch", (host) =>
      host.formats.add({
        ...reversedFormat,
        contentFormat: 52,
        onlyWhereNamed: true,
        mediaType: "application/merge-patch+json",
      }),
    );
    const { app } = await appWith({ handler: () => ({ a: 1 }) }, { plugins: [json(), patch] });
    app.route({ method: "GET", path: "named", produces: [52], handler: () => ({ a: 1 }) });
    const refused = await app.inject({ ...GET, accept: 52 });
    expect(refused.code).toBe("4.06");
    expect(refused.text).not.toContain("52");
    expect((await app.inject({ method: "GET", path: "/named", accept: 52 })).text).toBe('}1:"a"{');
  });
});
