import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");

it.each(["/seg1", "/seg1/seg2", "/seg1/seg2/seg3"])("GET %s answers with a line and the report", async (path) => {
  const reply = await plugtest.client.request("GET", path, { messageId: 7, token: "ab" });
  const text = "Long path resource\nType: 0 (CON)\nCode: 1 (GET)\nMID: 7\nToken: AB";
  expect(reply).toMatchObject({ code: "2.05", ct: 0, text });
  expect(await plugtest.client.request("PUT", path)).toMatchObject({ code: "4.05" });
});
