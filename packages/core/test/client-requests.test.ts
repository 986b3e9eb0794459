import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type App,
  type ClientPayloadOptions,
  type ClientTarget,
  Code,
  content,
  created,
  DecodeError,
  firstOf,
  OptionNumber,
  type PayloadFormat,
  respond,
} from "../src/index.js";
import { at, rejection, selfApp } from "./support/client-app.js";
import { json, jsonFormat, reversed } from "./support/formats.js";
import { plugin } from "./support/test-app.js";

/** Answers with what came: method, format, Accept, query and payload. */
function mirror(app: App): void {
  for (const method of ["GET", "POST", "PUT", "DELETE", "FETCH", "PATCH", "IPATCH"] as const) {
    app.route({
      method,
      path: "/mirror",
      handler: ({ request, query }) => {
        const seen = {
          method,
          contentFormat: request.options.uint(OptionNumber.ContentFormat),
          accept: request.options.uint(OptionNumber.Accept),
          confirmable: request.confirmable,
          query: { ...query },
          payload: Buffer.from(request.payload).toString(),
        };
        return content(JSON.stringify(seen), { contentFormat: 50 });
      },
    });
  }
}

interface Refused extends ClientPayloadOptions {
  readonly target?: ClientTarget;
  readonly value?: unknown;
}

const PEER = { key: "k", scheme: "coap", address: "192.0.2.1", port: 5683 };

describe("requests of app.client", () => {
  it("go out by every method, with the value encoded", async () => {
    const { app } = await selfApp(mirror);
    const { client } = app;
    const value = { celsius: 21.5 };
    const sent = { contentFormat: 50, payload: '{"celsius":21.5}', query: {}, confirmable: true };
    expect((await client.get(at("/mirror"))).value).toEqual({
      method: "GET",
      query: {},
      payload: "",
      confirmable: true,
    });
    expect((await client.delete(at("/mirror"))).value).toMatchObject({ method: "DELETE", payload: "" });
    const replies = await Promise.all([
      client.post(at("/mirror"), value),
      client.put(at("/mirror"), value),
      client.fetch(at("/mirror"), value),
      client.patch(at("/mirror"), value),
      client.ipatch(at("/mirror"), value),
    ]);
    const methods = ["POST", "PUT", "FETCH", "PATCH", "IPATCH"];
    expect(replies.map((reply) => reply.value)).toEqual(methods.map((method) => ({ method, ...sent })));
    await app.close();
  });

  it.each([
    ["a text as text/plain", "on", undefined, { contentFormat: 0, payload: "on" }],
    ["bytes as application/octet-stream", Uint8Array.of(65, 66), undefined, { contentFormat: 42, payload: "AB" }],
    ["a number as JSON", 5, undefined, { contentFormat: 50, payload: "5" }],
    ["null as JSON", null, undefined, { contentFormat: 50, payload: "null" }],
    ["a value by the name of its format", { a: 1 }, "cbor", { contentFormat: 60, payload: '}1:"a"{' }],
    ["a value by its media type", { a: 1 }, "application/cbor", { contentFormat: 60, payload: '}1:"a"{' }],
    ["a value by its number", { a: 1 }, 60, { contentFormat: 60, payload: '}1:"a"{' }],
    ["a value by the codec of a suffix", { a: null }, "merge-patch+json", { contentFormat: 52, payload: '{"a":null}' }],
    ["a text that is encoded already", '{"a":1}', "json", { contentFormat: 50, payload: '{"a":1}' }],
    ["bytes of a format without a codec", Uint8Array.of(65), 65_000, { contentFormat: 65_000, payload: "A" }],
    ["nothing without a format", undefined, undefined, { payload: "" }],
  ] as const)("send %s", async (_, value, contentFormat, sent) => {
    const { app } = await selfApp(mirror, { plugins: [reversed(), json()] });
    const reply = await app.client.post(at("/mirror"), value, { contentFormat });
    expect(reply.value).toEqual({ method: "POST", query: {}, confirmable: true, ...sent });
    await app.close();
  });

  it("take the app's first structured format where there is no JSON", async () => {
    const { app } = await selfApp(mirror, { plugins: [reversed()] });
    expect(JSON.parse((await app.client.put(at("/mirror"), { a: 1 })).text)).toMatchObject({ contentFormat: 60 });
    await app.close();
  });

  it("take no format that has to be named, unless it is", async () => {
    const patch = { ...jsonFormat, contentFormat: 51, mediaType: "application/json-patch+json", onlyWhereNamed: true };
    const { suffix: _, ...patchFormat } = patch;
    const plugins = [plugin("patch", (host) => host.formats.add(patchFormat)), reversed()];
    const { app } = await selfApp(mirror, { plugins });
    expect(JSON.parse((await app.client.put(at("/mirror"), [])).text)).toMatchObject({ contentFormat: 60 });
    const named = await app.client.patch(at("/mirror"), [], { contentFormat: "json-patch+json" });
    expect(JSON.parse(named.text)).toMatchObject({ contentFormat: 51, payload: "[]" });
    await app.close();
  });

  it("carry accept, NON and the query of target and options", async () => {
    const { app } = await selfApp(mirror);
    const query = { unit: "C", n: 2, tag: ["a", "b"], left: undefined, flag: true };
    const reply = await app.client.get(at("/mirror?x=1"), { accept: "json", confirmable: false, query });
    expect(reply.value).toMatchObject({
      accept: 50,
      confirmable: false,
      query: { x: "1", unit: "C", n: "2", tag: ["a", "b"], flag: "" },
    });
    await app.close();
  });

  it.each<[string, Refused, string]>([
    ["a value that no plugin encodes", { value: {} }, "add json()"],
    ["a format without a codec", { value: {}, contentFormat: 60 }, "content format 60 (application/cbor); load one"],
    ["an unknown media type", { value: {}, contentFormat: "acme/x" }, 'contentFormat names the media type "acme/x"'],
    ["an unknown name", { value: {}, contentFormat: "yaml" }, '"application/yaml", which has no CoAP Content-Format'],
    ["an unknown Accept", { accept: "yaml" }, "accept names the media type"],
    ["a number that is no format", { value: {}, contentFormat: 70_000 }, "has the number 70000"],
    ["a value that its format cannot represent", { value: {}, contentFormat: "text/plain" }, "cannot be sent as text"],
    ["a value that its codec throws for", { value: {}, contentFormat: 65_001 }, "cannot be sent as acme/fragile"],
    ["a URI of another scheme", { target: "http://[::1]/x" }, "http"],
    ["a path without a slash", { target: { peer: PEER, path: "x" } }, "does not start with a slash"],
    ["a group", { target: "coap://224.0.1.187/x" }, "224.0.1.187 is a group"],
    ["a group of IPv6", { target: "coap://[ff02::fd%25lo]/x" }, "is a group"],
  ])("are refused before they are sent for %s", async (_, { target = at("/mirror"), value, ...options }, text) => {
    const fragile: PayloadFormat = {
      contentFormat: 65_001,
      mediaType: "acme/fragile",
      structured: false,
      encode: () => {
        throw new Error("fragile");
      },
      decode: () => ({ ok: false, reason: "never" }),
    };
    const plugins = [plugin("fragile", (host) => host.formats.add(fragile))];
    const { app } = await selfApp(mirror, { plugins });
    const error = await rejection(app.client.put(target, value, options));
    expect(error).toMatchObject({ code: "COAPKIT_ERR_REQUEST", message: expect.stringContaining(text) });
    expect(app.counters).toMatchObject({ requests: 0 });
    await app.close();
  });
});

describe("replies to app.client", () => {
  it("have code, value, bytes and options", async () => {
    const { app } = await selfApp((self) => {
      self.route({
        method: "GET",
        path: "/reading",
        handler: () => content({ celsius: 21.5 }, { etag: Uint8Array.of(7), maxAgeS: 5, contentFormat: 50 }),
      });
      self.route({ method: "POST", path: "/readings", handler: () => created("/readings/9?v=1") });
    });
    const reply = await app.client.get(at("/reading"));
    expect(reply).toMatchObject({ code: Code.Content, value: { celsius: 21.5 }, isDecoded: true });
    expect(reply).toMatchObject({ codeText: "2.05", contentFormat: 50, maxAgeS: 5, isSuccess: true, isValid: false });
    expect([reply.text, reply.etag, reply.location]).toEqual(['{"celsius":21.5}', Uint8Array.of(7), undefined]);
    expect(reply.diagnostic).toBeUndefined();
    const made = await app.client.post(at("/readings"), {});
    expect(made).toMatchObject({ codeText: "2.01", location: "/readings/9?v=1", value: undefined, maxAgeS: 60 });
    await app.close();
  });

  it("give the bytes of a payload whose format is unknown or not said, and say so", async () => {
    const { app } = await selfApp((self) => {
      self.route({
        method: "GET",
        path: "/odd",
        handler: () => content(Uint8Array.of(1, 2), { contentFormat: 65_000 }),
      });
      const bare = respond({ code: Code.Content });
      self.route({ method: "GET", path: "/bare", handler: () => bare });
      self.hook("onSend", (_ctx, response) => ({ ...response, payload: Uint8Array.of(3) }), {
        for: (route) => route.path === "/bare",
      });
    });
    expect(await app.client.get(at("/odd"))).toMatchObject({ value: Uint8Array.of(1, 2), isDecoded: false });
    expect(await app.client.get(at("/bare"))).toMatchObject({ value: Uint8Array.of(3), isDecoded: false });
    const error = await rejection(app.client.get(at("/odd"), { schema: z.string() }));
    expect(error).toMatchObject({
      code: "COAPKIT_ERR_DECODE",
      message: expect.stringMatching(
        /^The reply to GET coap:\/\/localhost\/odd cannot be decoded as content format 65000: no /,
      ),
      reply: { payload: Uint8Array.of(1, 2) },
    });
    await app.close();
  });

  it("reject with DecodeError for a payload that its format does not fit", async () => {
    const { app } = await selfApp((self) => {
      self.route({ method: "GET", path: "/broken", handler: () => content('{"a":', { contentFormat: 50 }) });
    });
    const error = (await rejection(app.client.get(at("/broken")))) as DecodeError;
    expect(error).toBeInstanceOf(DecodeError);
    expect(error.message).toBe(
      "The reply to GET coap://localhost/broken cannot be decoded as content format 50: The payload is not JSON.",
    );
    expect([error.reply.text, error.reply.codeText, error.issues]).toEqual(['{"a":', "2.05", []]);
    await app.close();
  });

  it("are checked and turned by the schema, also an asynchronous one", async () => {
    const { app } = await selfApp((self) => {
      self.route({ method: "GET", path: "/reading", handler: () => ({ celsius: 21.5, extra: 1 }) });
      self.route({ method: "DELETE", path: "/reading", handler: () => undefined });
    });
    const schema = z.object({ celsius: z.number() }).transform(async ({ celsius }) => celsius * 2);
    expect((await app.client.get(at("/reading"), { schema })).value).toBe(43);
    const strict = z.object({ celsius: z.string() });
    const error = (await rejection(app.client.get(at("/reading"), { schema: strict }))) as DecodeError;
    expect(error.message).toMatch(
      /^The reply to GET coap:\/\/localhost\/reading has another value than expected: celsius: /,
    );
    expect(error.issues).toHaveLength(1);
    expect(error.reply.value).toEqual({ celsius: 21.5, extra: 1 });
    const empty = await rejection(app.client.delete(at("/reading"), { schema: strict }));
    expect(empty).toMatchObject({ code: "COAPKIT_ERR_DECODE", reply: { codeText: "2.02" } });
    await app.close();
  });

  it("are valid without a value where the entity-tag still is current", async () => {
    const { app } = await selfApp((self) => {
      const version = Uint8Array.of(1, 2);
      self.route({ method: "GET", path: "/doc", version: () => version, handler: () => ({ a: 1 }) });
      self.route({ method: "PUT", path: "/doc", version: () => version, handler: () => undefined });
    });
    const schema = z.object({ a: z.number() });
    const { etag, value } = await app.client.get(at("/doc"), { schema });
    expect(value).toEqual({ a: 1 });
    const again = await app.client.get(at("/doc"), { schema, etag: [Uint8Array.of(9), etag as Uint8Array] });
    expect(again).toMatchObject({ isValid: true, codeText: "2.03", value: undefined });
    expect((await app.client.put(at("/doc"), {}, { ifMatch: etag })).codeText).toBe("2.04");
    expect((await app.client.put(at("/doc"), {}, { ifMatch: true })).codeText).toBe("2.04");
    const refused = { code: "COAPKIT_ERR_CLIENT_ERROR", reply: { code: Code.PreconditionFailed } };
    expect(await rejection(app.client.put(at("/doc"), {}, { ifMatch: Uint8Array.of(9) }))).toMatchObject(refused);
    expect(await rejection(app.client.put(at("/doc"), {}, { ifNoneMatch: true }))).toMatchObject(refused);
    await app.close();
  });

  it("are 4.12 where If-Match wants something that does not exist", async () => {
    const { app } = await selfApp((self) => {
      self.route({ method: "PUT", path: "/none", version: () => undefined, handler: () => undefined });
    });
    expect((await app.client.put(at("/none"), {}, { ifNoneMatch: true })).codeText).toBe("2.04");
    const error = await rejection(app.client.put(at("/none"), {}, { ifMatch: true }));
    expect(error).toMatchObject({ reply: { code: Code.PreconditionFailed } });
    await app.close();
  });

  it("tell an empty text from no payload", async () => {
    const { app } = await selfApp((self) => {
      self.route({ method: "GET", path: "/empty", handler: () => "" });
      self.route({ method: "POST", path: "/nothing", handler: () => undefined });
    });
    expect((await app.client.get(at("/empty"))).value).toBe("");
    expect(await app.client.post(at("/nothing"))).toMatchObject({ value: undefined, isDecoded: true });
    await app.close();
  });

  it("may be those of any resource at a URI in parts", async () => {
    const { app } = await selfApp((self) => {
      self.route({ method: "GET", path: "/a b", handler: ({ query }) => firstOf(query, "x") });
    });
    const uri = { scheme: "coap", host: "localhost", port: 5683, path: ["a b"], query: ["x=1"] } as const;
    expect((await app.client.get(uri)).value).toBe("1");
    await app.close();
  });
});
