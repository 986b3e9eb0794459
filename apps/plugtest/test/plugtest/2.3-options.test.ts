import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import type { RequestInit } from "../support/udp-client.js";

const plugtest = fixture("plugtest");
const bytes = (...values: number[]) => Uint8Array.from(values);
const option = (number: number, value: Uint8Array | string = "") => ({ options: [{ number, value }] });

/** Options that make a request 4.02. */
const BAD: [string, RequestInit][] = [
  ["an unknown critical option", option(65_001, "x")],
  ["an unknown critical option below the known ones", option(9)],
  ["Uri-Host of no bytes", option(3)],
  ["Uri-Port of three bytes", option(7, bytes(0, 0, 1))],
  ["Accept of three bytes", option(17, bytes(0, 0, 0))],
  ["If-None-Match with a value", option(5, "x")],
  ["If-Match of nine bytes", option(1, "123456789")],
  ["Block2 of four bytes", option(23, bytes(0, 0, 0, 0))],
  ["Block1 of four bytes", option(27, bytes(0, 0, 0, 0))],
  ["a path segment of 256 bytes", option(11, "x".repeat(256))],
  ["a query of 256 bytes", option(15, "x".repeat(256))],
  [
    "Accept twice",
    {
      options: [
        { number: 17, value: 0 },
        { number: 17, value: 0 },
      ],
    },
  ],
  [
    "Uri-Host twice",
    {
      options: [
        { number: 3, value: "a" },
        { number: 3, value: "a" },
      ],
    },
  ],
  [
    "Block2 twice",
    {
      options: [
        { number: 23, value: 6 },
        { number: 23, value: 6 },
      ],
    },
  ],
  [
    "If-None-Match twice",
    {
      options: [
        { number: 5, value: "" },
        { number: 5, value: "" },
      ],
    },
  ],
];

it.each(BAD)("%s: 4.02 with a diagnostic payload, and silence for a NON", async (_, init) => {
  const { client } = plugtest;
  for (const path of ["/test", "/nowhere"]) {
    const reply = await client.request("GET", path, init);
    expect(reply).toMatchObject({ code: "4.02", ct: undefined });
    expect(reply.text).not.toBe("");
    client.send("GET", path, { ...init, type: "NON" });
    expect(await client.flush()).toEqual([]);
  }
});

it.each<[string, RequestInit]>([
  ["an unknown elective option", option(65_002, "x")],
  [
    "Uri-Host and Uri-Port",
    {
      options: [
        { number: 3, value: "other.example" },
        { number: 7, value: 1 },
      ],
    },
  ],
  ["ETag of nine bytes", option(4, "123456789")],
  ["ETag of no bytes", option(4)],
  ["Content-Format of three bytes", option(12, bytes(0, 0, 0))],
  ["Max-Age and Size1", { options: [{ number: 14, value: 1 }], size1: 3 }],
  ["Size2 of five bytes", option(28, bytes(0, 0, 0, 0, 0))],
  ["Observe where nothing can be observed", { observe: 0 }],
  ["Observe of four bytes", option(6, bytes(0, 0, 0, 0))],
  ["Hop-Limit", option(16, bytes(3))],
  ["Echo and Request-Tag", { options: [{ number: 252, value: "echo" }], requestTag: "01" }],
  ["a query", { query: ["a=1"] }],
  ["Accept with leading zeros", option(17, bytes(0, 0))],
  ["No-Response of two bytes", option(258, bytes(0, 2))],
])("%s changes nothing", async (_, init) => {
  expect(await plugtest.client.request("GET", "/test", init)).toMatchObject({ code: "2.05", observe: undefined });
});

it("uint values may have leading zero bytes", async () => {
  const reply = await plugtest.client.request("PUT", "/validate", { ...option(12, bytes(0, 41)), payload: "x" });
  expect(reply.code).toBe("2.04");
  expect(await plugtest.client.request("GET", "/validate")).toMatchObject({ ct: 41 });
});

it("an Observe value of four bytes registers nobody", async () => {
  expect(await plugtest.client.request("GET", "/obs", option(6, bytes(0, 0, 0, 0)))).toMatchObject({
    observe: undefined,
  });
});

it.each([
  ["Proxy-Uri", option(35, "coap://other.example/test")],
  ["Proxy-Scheme", option(39, "coap")],
])("%s gives 5.05, also for an unknown path", async (_, init) => {
  expect(await plugtest.client.request("GET", "/test", init)).toMatchObject({ code: "5.05" });
  expect(await plugtest.client.request("GET", "/nowhere", init)).toMatchObject({ code: "5.05" });
});

it("a bad option comes before the proxy", async () => {
  const options = [
    { number: 39, value: "coap" },
    { number: 65_001, value: "" },
  ];
  expect(await plugtest.client.request("GET", "/test", { options })).toMatchObject({ code: "4.02" });
});

it.each([
  [2, "GET", "/test"],
  [8, "GET", "/nowhere"],
  [26, "DELETE", "/test"],
])("No-Response %s: a CON %s %s is acknowledged, a NON not answered", async (noResponse, method, path) => {
  const { client } = plugtest;
  client.send(method, path, { noResponse, messageId: 500 });
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00", messageId: 500 });
  client.send(method, path, { noResponse, type: "NON" });
  expect(await client.flush()).toEqual([]);
});

it("a suppressed request is carried out all the same", async () => {
  const { client } = plugtest;
  client.send("PUT", "/create1", { type: "NON", noResponse: 2, ct: 0, payload: "silent" });
  expect(await client.flush()).toEqual([]);
  expect(await client.request("GET", "/create1")).toMatchObject({ text: "silent" });
  expect(await client.request("GET", "/test", { noResponse: 24 })).toMatchObject({ code: "2.05" });
});
