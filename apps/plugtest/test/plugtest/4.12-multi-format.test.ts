import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");
const get = (accept?: number) =>
  plugtest.client.request("GET", "/multi-format", { messageId: 4711, ...(accept === undefined ? {} : { accept }) });
const text = (accept: number) => `Status type: "CON"\nCode: "GET"\nMID: 4711\nAccept: ${accept}`;

it.each<[number | undefined, number, string]>([
  [undefined, 0, text(-1)],
  [0, 0, text(0)],
  [41, 41, '<msg type="CON" code="GET" mid="4711" accept="41" />'],
  [50, 50, '{"type":"CON","code":"GET","mid":4711,"accept":50}'],
])("Accept %s gives %s", async (accept, ct, payload) => {
  const client = await plugtest.server.client();
  const reply = await client.request("GET", "/multi-format", {
    messageId: 4711,
    ...(accept === undefined ? {} : { accept }),
  });
  expect(reply).toMatchObject({ code: "2.05", ct, text: payload });
});

it("Accept 60 gives the same map in CBOR", async () => {
  const { ct, code, payload } = await get(60);
  expect([code, ct]).toEqual(["2.05", 60]);
  const expected = "a4 636d6964 191267 64636f6465 63474554 6474797065 63434f4e 66616363657074 183c";
  expect(Buffer.from(payload).toString("hex")).toBe(expected.replaceAll(" ", ""));
});

it.each([40, 42, 52, 65535])("Accept %s is 4.06", async (accept) => {
  expect(await plugtest.client.request("GET", "/multi-format", { accept })).toMatchObject({ code: "4.06" });
});
