import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import type { RequestInit } from "../support/udp-client.js";

const robustness = fixture("robustness");
const request = (method: string, path: string | string[], init: RequestInit = {}) =>
  robustness.client.request(method, path, init);

it.each<[string, string | string[], RequestInit, object]>([
  ["GET", "/hello", {}, { code: "2.05", ct: 0, text: "world" }],
  ["GET", "/hello", { accept: 0 }, { code: "2.05" }],
  ["GET", "/hello", { accept: 50 }, { code: "4.06" }],
  ["POST", "/hello", {}, { code: "4.05" }],
  ["GET", "/Hello", {}, { code: "4.04" }],
  ["GET", "/hello/", {}, { code: "4.04" }],
  ["GET", "/bulk/0", {}, { code: "2.05", ct: 0, text: "0" }],
  ["GET", "/bulk/199", {}, { code: "2.05", text: "199" }],
  ["GET", "/bulk/200", {}, { code: "4.04" }],
  ["GET", "/bulk/00", {}, { code: "4.04" }],
  ["GET", ["params", "a%2Fb"], {}, { code: "2.05", ct: 0, text: "a%2Fb" }],
  ["GET", ["params", "a/b"], {}, { code: "2.05", text: "a/b" }],
  ["GET", ["params", "grüße"], {}, { code: "2.05", text: "grüße" }],
  ["GET", ["params", ""], {}, { code: "2.05", text: "" }],
  ["GET", ["params"], {}, { code: "4.04" }],
  ["GET", ["params", "a", "b"], {}, { code: "4.04" }],
  ["GET", ["params", "__proto__"], {}, { code: "2.05", text: "__proto__" }],
  ["GET", "/query", { query: ["a=1", "b", "a=2"] }, { code: "2.05", ct: 50, text: '{"a":["1","2"],"b":""}' }],
  ["GET", "/query", {}, { code: "2.05", ct: 50, text: "{}" }],
  ["GET", "/slow", {}, { code: "2.05", ct: 0, text: "done" }],
  ["GET", "/selfcheck", {}, { code: "2.05", ct: 0, text: "clean" }],
  ["GET", "/nowhere", {}, { code: "4.04" }],
  ["GET", "/hello", { options: [{ number: 39, value: "coap" }] }, { code: "5.05" }],
])("%s %j with %j", async (method, path, init, expected) => {
  expect(await request(method, path, init)).toMatchObject(expected);
});

it("/large is 4096 numbered lines with an ETag", async () => {
  const lines = Array.from({ length: 4096 }, (_, line) => `line ${String(line).padStart(10, "0")}\n`);
  for (const size of [1024, 256]) {
    const whole = await robustness.client.fetch("/large", { size });
    expect(whole.payload).toHaveLength(65_536);
    expect(whole.text).toBe(lines.join(""));
    expect(new Set(whole.blocks.map(({ etag }) => etag))).toEqual(new Set([whole.etag]));
    expect(whole.etag).toBeDefined();
  }
  const first = await request("GET", "/large");
  expect(first).toMatchObject({ ct: 0, block2: "0/1/1024" });
  expect(first.bytes.length).toBeLessThanOrEqual(1152);
});

it("/.well-known/core lists everything, in more than a block", async () => {
  const { text, ct, blocks } = await robustness.client.fetch("/.well-known/core");
  expect(ct).toBe(40);
  expect(blocks.length).toBeGreaterThan(1);
  const targets = text.match(/<[^>]*>/g) ?? [];
  for (const path of [
    "/hello",
    "/large",
    "/bulk/0",
    "/bulk/199",
    "/query",
    "/echo",
    "/upload",
    "/count",
    "/count/slow",
  ]) {
    expect(targets).toContain(`<${path}>`);
  }
  for (const path of ["slow", "observe/counter", "observe/con", "selfcheck", "stats", "params/value", "fault/throw"]) {
    expect(targets).toContain(`</${path}>`);
  }
  expect(text).toMatch(/<\/observe\/con>[^,]*;obs/);
  expect((await request("GET", "/.well-known/core", { query: ["href=/bulk/7"] })).text).toMatch(/^<\/bulk\/7>/);
});

const hex = (digits: string) => ({ ct: 60, payload: Buffer.from(digits, "hex") });
const json = (payload: string | Uint8Array) => ({ ct: 50, payload });

it.each<[string, RequestInit]>([
  ["an object", json('{"a":[1,"ü",null,true]}')],
  ["a text", json('"text"')],
  ["a number", json("7")],
  ["null", json("null")],
  ["64 levels", json("[".repeat(64) + "]".repeat(64))],
  ["a map in CBOR", hex("a1616101")],
  ["a text in CBOR", hex("6161")],
  ["bytes in CBOR", hex("43010203")],
  ["64 levels in CBOR", hex(`${"81".repeat(63)}80`)],
])("POST /echo gives %s back in the same format", async (_, init) => {
  const reply = await request("POST", "/echo", init);
  expect(reply).toMatchObject({ code: "2.04", ct: init.ct });
  expect(Buffer.from(reply.payload)).toEqual(Buffer.from(init.payload ?? ""));
});

it.each<[string, string, RequestInit]>([
  ["4.00", "900 levels", json("[".repeat(900))],
  ["4.00", "half an object", json("{")],
  ["4.00", "nothing", { ct: 50 }],
  ["4.00", "what is not UTF-8", json(Uint8Array.of(0x22, 0xff, 0x22))],
  ["4.00", "a key that reaches a prototype", json('{"__proto__":{"polluted":1}}')],
  ["4.00", "a body without Content-Format", { payload: "{}" }],
  ["4.15", "a text", { ct: 0, payload: "{}" }],
  ["4.15", "a format that nobody knows", { ct: 65_000, payload: "{}" }],
  ["4.00", "CBOR bytes of 4 GiB", hex("5affffffff00")],
  ["4.00", "a CBOR array of 4 Gi items", hex("9affffffff00")],
  ["4.00", "a CBOR map of 2^53 entries", hex("bb001fffffffffffff00")],
  ["4.00", "900 levels in CBOR", hex("81".repeat(900))],
  ["4.00", "a CBOR break alone", hex("ff")],
  ["4.00", "two CBOR items", hex("0000")],
  ["4.00", "a CBOR key that reaches a prototype", hex("a1695f5f70726f746f5f5fa1616101")],
])("POST /echo answers %s to %s", async (code, _, init) => {
  const reply = await request("POST", "/echo", init);
  expect(reply).toMatchObject({ code });
  expect(await request("GET", "/selfcheck")).toMatchObject({ text: "clean" });
});

it("/echo takes 256 KiB and no more", async () => {
  const text = JSON.stringify("x".repeat(256 * 1024 - 2));
  const taken = (await robustness.client.upload("POST", "/echo", text, { ct: 50 })).at(-1);
  expect(taken).toMatchObject({ code: "2.04", block2: "0/1/1024" });
  expect((await robustness.client.upload("POST", "/echo", `${text} `, { ct: 50 })).at(-1)).toMatchObject({
    code: "4.13",
  });
});

it("/upload answers with length and checksum, up to 1 MiB", async () => {
  expect(await request("PUT", "/upload")).toMatchObject({ code: "2.04", ct: 0, text: "0 00000000" });
  expect(await request("PUT", "/upload", { payload: "123456789" })).toMatchObject({ text: "9 cbf43926" });
  const body = Buffer.alloc(1_048_576, "0123456789abcdef-");
  const sum = crc32(body).toString(16).padStart(8, "0");
  expect((await robustness.client.upload("PUT", "/upload", body)).at(-1)).toMatchObject({
    code: "2.04",
    text: `1048576 ${sum}`,
  });
  expect(
    await request("PUT", "/upload", { block1: 0x0e, size1: 1_048_577, payload: body.subarray(0, 1024) }),
  ).toMatchObject({
    code: "4.13",
    size1: 1_048_576,
  });
});

it("/count goes up by one, also for those who wait", async () => {
  const first = await request("POST", "/count");
  expect(first).toMatchObject({ code: "2.04", ct: 0 });
  expect(await request("POST", "/count/slow")).toMatchObject({ code: "2.04", text: String(Number(first.text) + 1) });
  expect(await request("POST", "/count")).toMatchObject({ text: String(Number(first.text) + 2) });
});

it("/stats has six numbers", async () => {
  const { ct, text } = await request("GET", "/stats");
  const stats = JSON.parse(text) as Record<string, number>;
  expect([ct, Object.keys(stats)]).toEqual([
    50,
    ["observers", "exchanges", "uploads", "uploadBytes", "dedup", "pending"],
  ]);
  expect(stats).toMatchObject({ observers: 0, exchanges: 0, uploads: 0, uploadBytes: 0, pending: 0 });
  expect(stats.dedup).toBeGreaterThan(100);
});
