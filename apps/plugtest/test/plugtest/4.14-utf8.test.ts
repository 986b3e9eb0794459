import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it("the path beyond ASCII answers with its last segment", async () => {
  expect(await plugtest.client.request("GET", ["utf8", "gr\u00fc\u00dfe"])).toMatchObject({
    code: "2.05",
    ct: 0,
    text: "grüße",
  });
});

it.each([
  ["in another normal form", ["utf8", "gru\u0308\u00dfe"]],
  ["percent-encoded", ["utf8", "gr%C3%BC%C3%9Fe"]],
  ["in capitals", ["utf8", "GRÜSSE"]],
])("%s it is another path", async (_, path) => {
  expect(await plugtest.client.request("GET", path)).toMatchObject({ code: "4.04" });
});
