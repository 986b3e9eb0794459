import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it("/large is twenty lines of 63 printable characters, no two equal, with an ETag", async () => {
  const { client } = plugtest;
  const whole = await client.fetch("/large");
  expect(whole.payload).toHaveLength(1280);
  const lines = whole.text.split("\n");
  expect(lines.pop()).toBe("");
  expect(lines).toHaveLength(20);
  for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]{63}$/);
  expect(new Set(lines).size).toBe(20);
  expect(whole.blocks.map(({ code, ct, block2 }) => [code, ct, block2])).toEqual([
    ["2.05", 0, "0/1/1024"],
    ["2.05", 0, "1/0/1024"],
  ]);
  const etag = whole.etag as string;
  expect(await client.request("GET", "/large", { etag })).toMatchObject({ code: "2.03", etag, text: "" });
  expect(await client.request("GET", "/large", { accept: 50 })).toMatchObject({ code: "4.06" });
  expect(await client.request("PUT", "/large", { ct: 0 })).toMatchObject({ code: "4.05" });
});

it("/large-update begins with the same and is replaced with its format", async () => {
  const { client } = plugtest;
  const large = await client.fetch("/large");
  const before = await client.fetch("/large-update");
  expect([before.text, before.ct]).toEqual([large.text, 0]);
  const body = "<a>0123456789</a>".repeat(100);
  expect(await client.request("PUT", "/large-update", { payload: "x" })).toMatchObject({ code: "4.00" });
  expect(
    (await client.upload("PUT", "/large-update", body, { ct: 41, size: 512 })).map(({ code, block1 }) => [
      code,
      block1,
    ]),
  ).toEqual([
    ["2.31", "0/1/512"],
    ["2.31", "1/1/512"],
    ["2.31", "2/1/512"],
    ["2.04", "3/0/512"],
  ]);
  const after = await client.fetch("/large-update", { size: 256 });
  expect([after.text, after.ct]).toEqual([body, 41]);
  expect(after.etag).not.toBe(before.etag);
  expect(await client.request("GET", "/large-update", { accept: 0 })).toMatchObject({ code: "4.06" });
  expect(await client.request("GET", "/large-update", { accept: 41 })).toMatchObject({ code: "2.05", ct: 41 });
});
