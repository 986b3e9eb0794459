import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import { block } from "../support/message.js";
import type { RequestInit } from "../support/udp-client.js";

const plugtest = fixture("plugtest");

it.each<[RequestInit, string, number | undefined, string]>([
  [{ ct: 0, payload: "grüße" }, "2.04", 0, "GRÜSSE"],
  [{ ct: 0, payload: "a", accept: 0 }, "2.04", 0, "A"],
  [{ ct: 0, payload: "a", accept: 50 }, "4.06", undefined, ""],
])("POST %j gives %s", async (init, code, ct, text) => {
  const reply = await plugtest.client.request("POST", "/large-post", init);
  expect(reply).toMatchObject({ code, ct });
  if (text !== "") expect(reply.text).toBe(text);
});

it.each<[RequestInit, string]>([
  [{ payload: "a" }, "4.00"],
  [{ ct: 50, payload: "a" }, "4.15"],
  [{ ct: 0, payload: Uint8Array.of(0xff) }, "4.00"],
])("POST %j is refused with %s", async (init, code) => {
  expect(await plugtest.client.request("POST", "/large-post", init)).toMatchObject({ code });
});

it("both directions go block by block", async () => {
  const { client } = plugtest;
  const body = "abcdefghi\n".repeat(200);
  const responses = await client.upload("POST", "/large-post", body, { ct: 0, size: 512 });
  expect(responses.slice(0, -1).map(({ code }) => code)).toEqual(["2.31", "2.31", "2.31"]);
  const first = responses.at(-1);
  expect(first).toMatchObject({ code: "2.04", ct: 0, block1: "3/0/512", block2: "0/1/1024" });
  const second = await client.request("POST", "/large-post", { ct: 0, block2: block(1, false, 1024) });
  expect(second).toMatchObject({ code: "2.04", ct: 0, block2: "1/0/1024", etag: first?.etag });
  expect(`${first?.text}${second.text}`).toBe(body.toUpperCase());
});
