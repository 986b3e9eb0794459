import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it("the root says what the server is", async () => {
  const reply = await plugtest.client.request("GET", "/");
  expect(reply).toMatchObject({ code: "2.05", ct: 0 });
  expect(reply.text.split("\n").length).toBeGreaterThan(1);
  expect(await plugtest.client.request("POST", "/")).toMatchObject({ code: "4.05" });
  expect(await plugtest.client.request("GET", [""])).toMatchObject({ code: "4.04" });
});
