import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it.each<[string, RegExp]>([
  ["/link1", /./],
  ["/link2", /./],
  ["/link3", /./],
  ["/path/sub1", /^\/path\/sub1$/],
  ["/path/sub2", /^\/path\/sub2$/],
  ["/path/sub3", /^\/path\/sub3$/],
])("GET %s is text", async (path, text) => {
  const reply = await plugtest.client.request("GET", path);
  expect(reply).toMatchObject({ code: "2.05", ct: 0 });
  expect(reply.text).toMatch(text);
});

it("GET /path links to the three", async () => {
  const reply = await plugtest.client.request("GET", "/path");
  expect(reply).toMatchObject({ code: "2.05", ct: 40 });
  expect(reply.text.match(/<[^>]*>/g)).toEqual(["</path/sub1>", "</path/sub2>", "</path/sub3>"]);
});
