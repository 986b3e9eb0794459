import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");
const validate = (method: string, init = {}) => plugtest.client.request(method, "/validate", init);

it("validates by ETag and answers conditional requests", async () => {
  const first = await validate("GET");
  expect(first).toMatchObject({ code: "2.05", ct: 0 });
  expect(first.text).not.toBe("");
  const etag = first.etag as string;
  expect(etag.length / 2).toBeGreaterThanOrEqual(1);
  expect(await validate("GET", { etag })).toMatchObject({ code: "2.03", etag, text: "", ct: undefined });
  expect(await validate("GET", { etag: ["ff", etag, "00"] })).toMatchObject({ code: "2.03", etag });
  expect(await validate("GET", { etag: "ff" })).toMatchObject({ code: "2.05", etag });

  const changed = await validate("PUT", { ct: 41, payload: "<a/>" });
  expect(changed.code).toBe("2.04");
  expect(changed.etag).toBeDefined();
  expect(changed.etag).not.toBe(etag);
  expect(await validate("GET", { etag })).toMatchObject({ code: "2.05", ct: 41, text: "<a/>", etag: changed.etag });
  expect(await validate("GET", { accept: 41 })).toMatchObject({ code: "2.05", ct: 41 });
  expect(await validate("GET", { accept: 0 })).toMatchObject({ code: "4.06" });

  expect(await validate("PUT", { ct: 0, payload: "b", ifMatch: etag })).toMatchObject({ code: "4.12" });
  expect(await validate("GET")).toMatchObject({ text: "<a/>" });
  const matched = await validate("PUT", { ct: 0, payload: "b", ifMatch: ["ff", changed.etag as string] });
  expect(matched.code).toBe("2.04");
  expect(await validate("PUT", { ct: 0, payload: "c", ifMatch: "" })).toMatchObject({ code: "2.04" });
  expect(await validate("PUT", { ct: 0, payload: "d", ifNoneMatch: true })).toMatchObject({ code: "4.12" });
  expect(await validate("PUT", { payload: "d" })).toMatchObject({ code: "4.00" });
  expect(await validate("GET")).toMatchObject({ text: "c" });
});

it("a deleted one comes back with a PUT", async () => {
  expect(await validate("DELETE")).toMatchObject({ code: "2.02" });
  expect(await validate("GET")).toMatchObject({ code: "4.04" });
  expect(await validate("PUT", { ct: 0, payload: "x", ifMatch: "" })).toMatchObject({ code: "4.12" });
  expect(await validate("GET")).toMatchObject({ code: "4.04" });
  expect(await validate("PUT", { ct: 0, payload: "x", ifNoneMatch: true })).toMatchObject({ code: "2.01" });
  expect(await validate("GET")).toMatchObject({ code: "2.05", text: "x" });
  expect(await validate("DELETE")).toMatchObject({ code: "2.02" });
  expect(await validate("DELETE")).toMatchObject({ code: "2.02" });
});
