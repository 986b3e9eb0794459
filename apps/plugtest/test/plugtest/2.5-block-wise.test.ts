import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import { block } from "../support/message.js";
import type { RequestInit } from "../support/udp-client.js";

const plugtest = fixture("plugtest");

it("a large representation is sent in blocks without being asked to", async () => {
  const reply = await plugtest.client.request("GET", "/large");
  expect(reply).toMatchObject({ code: "2.05", block2: "0/1/1024", etag: expect.any(String) });
  expect(reply.payload).toHaveLength(1024);
  expect(reply.bytes.length).toBeLessThanOrEqual(1152);
});

it.each([16, 32, 64, 128, 256, 512, 1024])("blocks of %s bytes as asked for, any at any time", async (size) => {
  const client = await plugtest.server.client();
  const last = Math.ceil(1280 / size) - 1;
  const reply = await client.request("GET", "/large", { block2: block(last, false, size) });
  expect(reply).toMatchObject({ code: "2.05", block2: `${last}/0/${size}` });
  const whole = await client.fetch("/large", { size });
  expect(whole.payload).toHaveLength(1280);
  expect(whole.text.endsWith(reply.text)).toBe(true);
  for (const { block2, payload, etag } of whole.blocks.slice(0, -1)) {
    expect([block2?.split("/")[2], payload.length, etag]).toEqual([String(size), size, whole.etag]);
  }
});

it.each<[string, string, RequestInit, object]>([
  ["a small one in a small block", "/test", { block2: block(0, false, 16) }, { code: "2.05", block2: "0/1/16" }],
  ["a small one in a large block", "/utf8/grüße", { block2: block(0, false, 1024) }, { code: "2.05" }],
  ["Size2", "/large", { size2: 0 }, { code: "2.05", size2: 1280 }],
  ["Size2 with a block", "/large", { size2: 0, block2: block(1, false, 64) }, { size2: 1280, block2: "1/1/64" }],
  ["a block behind the end", "/large", { block2: block(20, false, 64) }, { code: "4.00" }],
  ["a block far behind the end", "/large", { block2: block(0xfffff, false, 1024) }, { code: "4.00" }],
  ["SZX 7 in Block2", "/large", { block2: 7 }, { code: "4.00" }],
  ["SZX 7 in a later Block2", "/large", { block2: 0x17 }, { code: "4.00" }],
])("GET with %s", async (_, path, init, expected) => {
  expect(await plugtest.client.request("GET", path, init)).toMatchObject(expected);
});

it.each<[string, string, number]>([
  ["PUT", "/validate", 0],
  ["POST", "/large-create", 0],
  ["FETCH", "/etch", 50],
  ["PATCH", "/etch", 52],
  ["IPATCH", "/etch", 52],
])("Block1 with %s", async (method, path, ct) => {
  const body =
    ct === 0 ? "x".repeat(200) : ct === 50 ? JSON.stringify(["a".repeat(200)]) : JSON.stringify({ a: "b".repeat(200) });
  const responses = await plugtest.client.upload(method, path, body, { ct, size: 64 });
  const first = responses.slice(0, 3).map(({ code, block1 }) => `${code} ${block1}`);
  expect(first).toEqual(["2.31 0/1/64", "2.31 1/1/64", "2.31 2/1/64"]);
  expect(responses[3]?.code).toMatch(/^2\.0[145]$/);
  expect(responses[3]?.block1).toBe("3/0/64");
});

it("Block1 where the path or the method is unknown, or an option", async () => {
  const { client } = plugtest;
  const init = { ct: 0, block1: block(0, true, 16), payload: "x".repeat(16) };
  expect(await client.request("PUT", "/nowhere", init)).toMatchObject({ code: "4.04" });
  expect(await client.request("PUT", "/large", init)).toMatchObject({ code: "4.05" });
  const options = [{ number: 65_001, value: "" }];
  expect(await client.request("PUT", "/validate", { ...init, options })).toMatchObject({ code: "4.02" });
});

interface Step {
  readonly init: RequestInit;
  readonly expected: object;
}

const part = (number: number, more: boolean, length: number, size = 16): RequestInit => ({
  ct: 0,
  block1: block(number, more, size),
  payload: "abcdefghijklmnopqrstuvwxyz".slice(0, 26).repeat(9).slice(0, length),
});
const goesOn = { code: "2.31" };

it.each<[string, Step[]]>([
  [
    "a gap is 4.08",
    [
      { init: part(0, true, 16), expected: goesOn },
      { init: part(2, true, 16), expected: { code: "4.08" } },
      { init: part(1, false, 3), expected: { code: "4.08" } },
    ],
  ],
  ["a block that nothing came before is 4.08", [{ init: part(1, false, 3), expected: { code: "4.08" } }]],
  [
    "block 0 begins anew",
    [
      { init: part(0, true, 16), expected: goesOn },
      { init: part(1, true, 16), expected: goesOn },
      { init: part(0, true, 16), expected: goesOn },
      { init: part(1, false, 1), expected: { code: "2.04" } },
    ],
  ],
  [
    "smaller blocks on the way",
    [
      { init: part(0, true, 64, 64), expected: goesOn },
      { init: part(4, true, 16, 16), expected: goesOn },
      { init: part(5, false, 2, 16), expected: { code: "2.04", block1: "5/0/16" } },
    ],
  ],
  ["a block shorter than its SZX with M set is 4.00", [{ init: part(0, true, 15), expected: { code: "4.00" } }]],
  ["a longer one, too", [{ init: part(0, true, 17), expected: { code: "4.00" } }]],
  ["SZX 7 is 4.00", [{ init: { ct: 0, block1: 7, payload: "x" }, expected: { code: "4.00" } }]],
])("Block1: %s", async (_, steps) => {
  const client = await plugtest.server.client();
  for (const { init, expected } of steps) {
    expect(await client.request("PUT", "/large-update", init)).toMatchObject(expected);
  }
});

it("bodies of endpoints, methods, paths, queries and Request-Tags are kept apart", async () => {
  const client = await plugtest.server.client();
  const other = await plugtest.server.client();
  const bodies: [typeof client, string, string, RequestInit][] = [
    [client, "PUT", "/validate", {}],
    [other, "PUT", "/validate", {}],
    [client, "POST", "/large-create", {}],
    [client, "PUT", "/large-update", {}],
    [client, "PUT", "/validate", { query: ["a"] }],
    [client, "PUT", "/validate", { requestTag: "01" }],
    [client, "PUT", "/validate", { requestTag: "02" }],
  ];
  for (const [who, method, path, init] of bodies) {
    expect(await who.request(method, path, { ...init, ...part(0, true, 16) })).toMatchObject(goesOn);
  }
  for (const [index, [who, method, path, init]] of bodies.entries()) {
    const last = { ...init, ct: 0, block1: block(1, false, 16), payload: String(index) };
    expect((await who.request(method, path, last)).code).toMatch(/^2\.0[14]$/);
    if (path === "/validate") expect((await who.request("GET", path)).text).toBe(`abcdefghijklmnop${index}`);
  }
});

it("8192 bytes are taken, more is 4.13 with Size1", async () => {
  const { client } = plugtest;
  const responses = await client.upload("PUT", "/large-update", "x".repeat(8192), { ct: 0 });
  expect(responses.at(-1)).toMatchObject({ code: "2.04" });
  const tooMany = await client.upload("PUT", "/large-update", "x".repeat(8193), { ct: 0 });
  expect(tooMany.map(({ code }) => code).slice(-2)).toEqual(["2.31", "4.13"]);
  expect(tooMany.at(-1)).toMatchObject({ size1: 8192 });
  expect(await client.request("PUT", "/large-update", { ...part(1, false, 1, 1024) })).toMatchObject({ code: "4.08" });
});

it("4.13 comes at once where Size1 announces it, also on the way", async () => {
  const { client } = plugtest;
  const first = { ...part(0, true, 16), size1: 8193 };
  expect(await client.request("PUT", "/large-update", first)).toMatchObject({ code: "4.13", size1: 8192 });
  expect(await client.request("PUT", "/large-update", part(1, false, 1))).toMatchObject({ code: "4.08" });
  expect(await client.request("PUT", "/large-update", part(0, true, 16))).toMatchObject(goesOn);
  expect(await client.request("PUT", "/large-update", { ...part(1, true, 16), size1: 9000 })).toMatchObject({
    code: "4.13",
  });
  expect(await client.request("PUT", "/large-update", part(2, false, 1))).toMatchObject({ code: "4.08" });
});

it("takes a datagram of 1280 bytes whole", async () => {
  const { client } = plugtest;
  const init = { ct: 0, messageId: 5, token: "01" };
  const head = client.send("PUT", "/validate", init).length;
  await client.next();
  const bytes = client.send("PUT", "/validate", { ...init, messageId: 6, payload: "y".repeat(1280 - head - 1) });
  expect(bytes).toHaveLength(1280);
  expect(await client.next()).toMatchObject({ code: "2.04" });
  const { payload } = await client.fetch("/validate");
  expect(payload).toHaveLength(1280 - head - 1);
});
