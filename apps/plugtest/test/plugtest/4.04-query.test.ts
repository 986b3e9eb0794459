import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it.each<[string[], string]>([
  [[], "?"],
  [["first=1", "second=2"], "?first=1&second=2"],
  [["b", "a", "a"], "?b&a&a"],
  [["", "x"], "?&x"],
  [["a&b=c%20d", "grüße"], "?a&b=c%20d&grüße"],
])("GET /query with %j ends in %s", async (query, last) => {
  const reply = await plugtest.client.request("GET", "/query", { messageId: 9, query });
  expect(reply).toMatchObject({ code: "2.05", ct: 0, text: `Type: 0 (CON)\nCode: 1 (GET)\nMID: 9\n${last}` });
});

it("a long answer goes block by block", async () => {
  const query = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(250));
  const whole = await plugtest.client.fetch("/query", { query, size: 256 });
  expect(whole.blocks.length).toBeGreaterThan(4);
  expect(new Set(whole.blocks.map(({ etag }) => etag)).size).toBe(1);
  expect(whole.text.split("\n").at(-1)).toBe(`?${query.join("&")}`);
});

it("POST /location-query answers with Location-Query", async () => {
  const reply = await plugtest.client.request("POST", "/location-query", { ct: 0, payload: "x" });
  expect(reply).toMatchObject({ code: "2.01", location: "&first=1&second=2" });
});
