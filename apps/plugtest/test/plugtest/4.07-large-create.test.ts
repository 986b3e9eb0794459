import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it("creates children, lists them, gives them back and deletes them", async () => {
  const { client } = plugtest;
  const body = "0123456789".repeat(150);
  expect(await client.request("GET", "/large-create")).toMatchObject({ code: "2.05", ct: 40, text: "" });
  expect(await client.request("POST", "/large-create", { payload: "x" })).toMatchObject({ code: "4.00" });
  const uploaded = await client.upload("POST", "/large-create", body, { ct: 0 });
  expect(uploaded.at(-1)).toMatchObject({ code: "2.01", location: "/large-create/1", block1: "1/0/1024" });
  expect(await client.request("POST", "/large-create", { ct: 60, payload: "\x01" })).toMatchObject({
    code: "2.01",
    location: "/large-create/2",
  });
  const list = await client.request("GET", "/large-create");
  expect(list.text).toMatch(/^<\/large-create\/1>.*,<\/large-create\/2>/);
  const child = await client.fetch("/large-create/1");
  expect([child.text, child.ct]).toEqual([body, 0]);
  expect(await client.request("GET", "/large-create/2")).toMatchObject({ ct: 60, text: "\x01" });
  expect(await client.request("GET", "/large-create/2", { accept: 0 })).toMatchObject({ code: "4.06" });
  expect((await client.fetch("/.well-known/core")).text).toContain("</large-create/2>");

  expect(await client.request("DELETE", "/large-create/1")).toMatchObject({ code: "2.02" });
  expect(await client.request("GET", "/large-create/1")).toMatchObject({ code: "4.04" });
  expect(await client.request("DELETE", "/large-create/1")).toMatchObject({ code: "4.04" });
  expect((await client.fetch("/.well-known/core")).text).not.toContain("</large-create/1>");
  expect(await client.request("POST", "/large-create", { ct: 0 })).toMatchObject({ location: "/large-create/3" });
});
