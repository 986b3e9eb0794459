import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest");
const GET_TEST = "b474657374"; // Uri-Path "test"

it("answers a CON in its ACK and a NON with a NON", async () => {
  const { client } = plugtest;
  expect(await client.request("GET", "/test", { messageId: 1 })).toMatchObject({ type: "ACK", messageId: 1 });
  expect(await client.request("GET", "/test", { type: "NON" })).toMatchObject({ type: "NON", code: "2.05" });
});

it.each<[string, string]>([
  ["a ping", "4000 1234"],
  ["a CON with a token of 9 bytes", `4901 1234 010203040506070809${GET_TEST}`],
  ["a CON with a token that is cut off", "4801 1234 0102"],
  ["a CON with option delta 15", "4001 1234 f0"],
  ["a CON with option length 15", "4001 1234 bf"],
  ["a CON with an option that is cut off", "4001 1234 b474"],
  ["a CON with a marker and no payload", `4001 1234 ${GET_TEST}ff`],
  ["an Empty CON with a token", "4100 1234 01"],
  ["an Empty CON with an option", `4000 1234 ${GET_TEST}`],
  ["a CON of code class 1", `4021 1234 ${GET_TEST}`],
  ["a CON of code class 6", `40c1 1234 ${GET_TEST}`],
  ["a CON of code class 7", `40e1 1234 ${GET_TEST}`],
  ["a CON response that nobody asked for", "4045 1234 ff41"],
])("rejects %s with a matching RST", async (_, hex) => {
  const { client } = plugtest;
  client.sendBytes(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  expect(await client.next()).toMatchObject({ type: "RST", code: "0.00", messageId: 0x1234, token: "" });
});

it.each<[string, string]>([
  ["a NON with a token of 9 bytes", `5901 1235 010203040506070809${GET_TEST}`],
  ["a NON with option length 15", "5001 1235 bf"],
  ["a NON of code class 7", `50e1 1235 ${GET_TEST}`],
  ["an Empty NON", "5000 1235"],
  ["a NON response", "5045 1235 ff41"],
  ["a stray ACK", "6000 1235"],
  ["an ACK with a response", "6045 1235 ff41"],
  ["an ACK with a request", `6001 1235 ${GET_TEST}`],
  ["a stray RST", "7000 1235"],
  ["an RST with a request", `7001 1235 ${GET_TEST}`],
  ["version 0", `0001 1235 ${GET_TEST}`],
  ["version 2", `8001 1235 ${GET_TEST}`],
  ["version 3", `c001 1235 ${GET_TEST}`],
  ["a byte", "40"],
  ["three bytes", "400112"],
  ["nothing at all", ""],
])("drops %s in silence", async (_, hex) => {
  const { client } = plugtest;
  client.sendBytes(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  expect(await client.flush()).toEqual([]);
});
