import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import type { RequestInit } from "../support/udp-client.js";

const plugtest = fixture("plugtest");
const etch = (method: string, init: RequestInit = {}) => plugtest.client.request(method, "/etch", init);

it("reads and changes a JSON object in part", async () => {
  const steps: [string, RequestInit, object][] = [
    ["GET", {}, { code: "2.05", ct: 50, text: "{}" }],
    ["PUT", { ct: 50, payload: '{"a":1,"b":{"c":2,"d":3},"e":null}' }, { code: "2.04" }],
    ["GET", { accept: 50 }, { code: "2.05", text: '{"a":1,"b":{"c":2,"d":3},"e":null}' }],
    ["GET", { accept: 60 }, { code: "4.06" }],
    ["FETCH", { ct: 50, payload: '["a","x","toString"]' }, { code: "2.05", ct: 50, text: '{"a":1}' }],
    ["FETCH", { ct: 50, payload: "[]" }, { code: "2.05", text: "{}" }],
    ["PATCH", { ct: 52, payload: '{"a":null,"b":{"c":null},"f":[1]}' }, { code: "2.04" }],
    ["GET", {}, { text: '{"b":{"d":3},"e":null,"f":[1]}' }],
    ["IPATCH", { ct: 52, payload: '{"f":{"g":null,"h":1}}' }, { code: "2.04" }],
    ["GET", {}, { text: '{"b":{"d":3},"e":null,"f":{"h":1}}' }],
  ];
  for (const [method, init, expected] of steps) {
    expect(await etch(method, init), `${method} ${JSON.stringify(init)}`).toMatchObject(expected);
  }
});

it.each<[string, RequestInit, string]>([
  ["PUT", { ct: 60, payload: "\xa0" }, "4.15"],
  ["PUT", { ct: 52, payload: "{}" }, "4.15"],
  ["PUT", { payload: "{}" }, "4.00"],
  ["PUT", { ct: 50, payload: "{" }, "4.00"],
  ["PUT", { ct: 50, payload: "[]" }, "4.00"],
  ["PUT", { ct: 50 }, "4.00"],
  ["FETCH", { ct: 0, payload: "[]" }, "4.15"],
  ["FETCH", { ct: 50, payload: "{}" }, "4.00"],
  ["FETCH", { ct: 50, payload: "[1]" }, "4.00"],
  ["FETCH", { ct: 50, payload: "no" }, "4.00"],
  ["PATCH", { ct: 50, payload: "{}" }, "4.15"],
  ["PATCH", { ct: 52, payload: "nil" }, "4.00"],
  ["PATCH", { ct: 52, payload: "[]" }, "4.00"],
  ["IPATCH", { ct: 51, payload: "{}" }, "4.15"],
  ["IPATCH", { ct: 52, payload: "7" }, "4.00"],
  ["IPATCH", { ct: 52, payload: '{"x":1}', ifMatch: "00" }, "4.12"],
  ["PUT", { ct: 50, payload: "{}", ifNoneMatch: true }, "4.12"],
  ["POST", { ct: 50, payload: "{}" }, "4.05"],
])("%s with %j is refused with %s and changes nothing", async (method, init, code) => {
  const before = await etch("GET");
  expect(await etch(method, init)).toMatchObject({ code });
  expect((await etch("GET")).text).toBe(before.text);
});

it("has an ETag that If-Match is compared with", async () => {
  const { etag } = await etch("GET");
  expect(await etch("GET", { etag: etag as string })).toMatchObject({ code: "2.03", etag });
  expect(await etch("PATCH", { ct: 52, payload: '{"z":1}', ifMatch: etag as string })).toMatchObject({ code: "2.04" });
  expect((await etch("GET")).etag).not.toBe(etag);
  expect(await etch("PUT", { ct: 50, payload: "{}", ifMatch: "" })).toMatchObject({ code: "2.04" });
});
