import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import type { RequestInit } from "../support/udp-client.js";

const plugtest = fixture("plugtest");

it("comes and goes", async () => {
  const steps: [string, RequestInit, object][] = [
    ["GET", {}, { code: "4.04" }],
    ["PUT", { payload: "x" }, { code: "4.00" }],
    ["GET", {}, { code: "4.04" }],
    ["PUT", { ct: 0, payload: "x", ifMatch: "" }, { code: "4.12" }],
    ["PUT", { ct: 0, payload: "x", ifMatch: "0102" }, { code: "4.12" }],
    ["PUT", { ct: 0, payload: "a", ifNoneMatch: true }, { code: "2.01" }],
    ["GET", {}, { code: "2.05", ct: 0, text: "a" }],
    ["PUT", { ct: 0, payload: "b", ifNoneMatch: true }, { code: "4.12" }],
    ["GET", {}, { text: "a" }],
    ["PUT", { ct: 41, payload: "<c/>" }, { code: "2.04" }],
    ["GET", { accept: 41 }, { code: "2.05", ct: 41, text: "<c/>" }],
    ["GET", { accept: 0 }, { code: "4.06" }],
    ["PUT", { ct: 0, payload: "d", ifMatch: "" }, { code: "2.04" }],
    ["GET", {}, { ct: 0, text: "d" }],
    ["DELETE", {}, { code: "2.02" }],
    ["GET", {}, { code: "4.04" }],
    ["DELETE", {}, { code: "2.02" }],
    ["PUT", { ct: 0, payload: "" }, { code: "2.01" }],
    ["GET", {}, { code: "2.05", ct: 0, text: "" }],
  ];
  for (const [method, init, expected] of steps) {
    expect(await plugtest.client.request(method, "/create1", init), `${method} ${JSON.stringify(init)}`).toMatchObject(
      expected,
    );
  }
});
