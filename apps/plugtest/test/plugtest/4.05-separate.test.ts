import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";

const plugtest = fixture("plugtest", "--ack-timeout", "0.2", "--max-retransmit", "2");

it("acknowledges at once and answers a second later, again and again until it is acknowledged", async () => {
  const { client } = plugtest;
  const startMs = performance.now();
  const bytes = client.send("GET", "/separate", { messageId: 77, token: "0102" });
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00", messageId: 77, token: "" });
  expect(performance.now() - startMs).toBeLessThan(500);
  client.sendBytes(bytes);
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00", messageId: 77 });
  const response = await client.next();
  expect(performance.now() - startMs).toBeGreaterThan(900);
  const text = "Type: 0 (CON)\nCode: 1 (GET)\nMID: 77\nToken: 0102";
  expect(response).toMatchObject({ type: "CON", code: "2.05", token: "0102", ct: 0, text });
  expect((await client.next()).bytes).toEqual(response.bytes);
  client.sendEmpty("ACK", response.messageId);
  expect(await client.flush()).toEqual([]);
  client.sendBytes(bytes);
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00", messageId: 77 });
});

it("gives up after MAX_RETRANSMIT, or at a RST", async () => {
  const client = await plugtest.server.client();
  client.send("GET", "/separate");
  await client.next();
  const sent = [await client.next(), await client.next(), await client.next()];
  expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(1);
  const other = await plugtest.server.client();
  expect((await other.request("GET", "/separate")).code).toBe("2.05"); // takes longer than another transmission would
  expect(await client.flush()).toEqual([]);
  client.send("GET", "/separate");
  await client.next();
  client.sendEmpty("RST", (await client.next()).messageId);
  expect((await other.request("GET", "/separate")).code).toBe("2.05");
  expect(await client.flush()).toEqual([]);
});

it("answers a NON with a NON, without an ACK", async () => {
  const client = await plugtest.server.client();
  const startMs = performance.now();
  client.send("GET", "/separate", { type: "NON", token: "99" });
  expect(await client.next()).toMatchObject({ type: "NON", code: "2.05", token: "99" });
  expect(performance.now() - startMs).toBeGreaterThan(900);
});

it("clients wait side by side", async () => {
  const clients = await Promise.all(Array.from({ length: 10 }, () => plugtest.server.client()));
  const startMs = performance.now();
  const replies = await Promise.all(clients.map((client) => client.request("GET", "/separate")));
  expect(replies.map(({ code }) => code)).toEqual(Array(10).fill("2.05"));
  expect(performance.now() - startMs).toBeLessThan(2_000);
});
