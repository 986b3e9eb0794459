import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import type { RequestInit } from "../support/udp-client.js";

const plugtest = fixture("plugtest");

it("GET answers with the request report, Max-Age 30", async () => {
  const reply = await plugtest.client.request("GET", "/test", { messageId: 4711, token: "0a1b" });
  expect(reply).toMatchObject({ type: "ACK", code: "2.05", messageId: 4711, ct: 0, maxAge: 30 });
  expect(reply.text).toBe("Type: 0 (CON)\nCode: 1 (GET)\nMID: 4711\nToken: 0A1B");
});

it("the report leaves an empty token out and knows NON", async () => {
  plugtest.client.send("GET", "/test", { type: "NON", messageId: 65535, token: "" });
  const reply = await plugtest.client.next();
  expect(reply).toMatchObject({ type: "NON", text: "Type: 1 (NON)\nCode: 1 (GET)\nMID: 65535" });
});

it.each<[string, RequestInit, string, string]>([
  ["PUT", { ct: 0, payload: "x" }, "2.04", ""],
  ["PUT", { ct: 60, payload: "x" }, "2.04", ""],
  ["PUT", { payload: "x" }, "2.04", ""],
  ["PUT", { accept: 41 }, "2.04", ""],
  ["PUT", { ifNoneMatch: true }, "4.12", ""],
  ["PUT", { ifMatch: "" }, "2.04", ""],
  ["PUT", { ifMatch: "0102" }, "4.12", ""],
  ["POST", { ct: 0, payload: "x" }, "2.01", "/location1/location2/location3"],
  ["POST", { ct: 11542, payload: "x" }, "2.01", "/location1/location2/location3"],
  ["POST", {}, "2.01", "/location1/location2/location3"],
  ["DELETE", {}, "2.02", ""],
  ["GET", { accept: 0 }, "2.05", ""],
  ["GET", { accept: 41 }, "4.06", ""],
  ["GET", { accept: 50 }, "4.06", ""],
  ["FETCH", { ct: 0, payload: "x" }, "4.05", ""],
  ["PATCH", { ct: 0, payload: "x" }, "4.05", ""],
  ["IPATCH", { ct: 0, payload: "x" }, "4.05", ""],
])("%s with %j gives %s %s", async (method, init, code, location) => {
  expect(await plugtest.client.request(method, "/test", init)).toMatchObject({ type: "ACK", code, location });
});
