import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import type { UdpClient } from "../support/udp-client.js";

const plugtest = fixture("plugtest", "--notify-interval", "0.3", "--ack-timeout", "0.2", "--max-retransmit", "1");
const TIME = /^\d\d:\d\d:\d\d$/;

/** The next notification, acknowledged. */
async function notification(client: UdpClient) {
  const message = await client.next();
  if (message.type === "CON") client.sendEmpty("ACK", message.messageId);
  return message;
}

it.each([
  ["/obs", "CON"],
  ["/obs-non", "NON"],
])("%s notifies of the time with %s", async (path, type) => {
  const client = await plugtest.server.client();
  const first = await client.request("GET", path, { observe: 0, token: "0b" });
  expect(first).toMatchObject({ type: "ACK", code: "2.05", ct: 0, maxAge: 1 });
  expect(first.text).toMatch(TIME);
  let last = first.observe as number;
  for (let i = 0; i < 3; i++) {
    const next = await notification(client);
    expect(next).toMatchObject({ type, code: "2.05", token: "0b", ct: 0, maxAge: 1 });
    expect(next.text).toMatch(TIME);
    expect(next.observe).toBeGreaterThan(last);
    last = next.observe as number;
  }
  const end = await client.request("GET", path, { observe: 1, token: "0b" });
  expect(end).toMatchObject({ code: "2.05", observe: undefined });
});

it.each(["/obs", "/obs-non"])("%s can be replaced until the next renewal", async (path) => {
  const client = await plugtest.server.client();
  const other = await plugtest.server.client();
  await client.request("GET", path, { observe: 0, token: "01" });
  await notification(client);
  expect(await other.request("PUT", path, { payload: "x" })).toMatchObject({ code: "4.00" });
  expect(await other.request("PUT", path, { ct: 0, payload: "replaced" })).toMatchObject({ code: "2.04" });
  expect(await notification(client)).toMatchObject({ code: "2.05", text: "replaced", ct: 0 });
  expect((await notification(client)).text).toMatch(TIME);
  expect(await other.request("GET", path, { accept: 41 })).toMatchObject({ code: "4.06" });
});

it.each(["/obs", "/obs-non"])("another format ends the observation of %s with 4.06", async (path) => {
  const client = await plugtest.server.client();
  const other = await plugtest.server.client();
  await client.request("GET", path, { observe: 0, token: "02" });
  await notification(client);
  expect(await other.request("PUT", path, { ct: 41, payload: "<x/>" })).toMatchObject({ code: "2.04" });
  expect(await notification(client)).toMatchObject({ code: "4.06", token: "02", observe: undefined });
  const observer = await plugtest.server.client();
  await observer.request("GET", "/obs-large", { observe: 0, token: "03" });
  await notification(observer);
  await notification(observer);
  expect(await client.flush()).toEqual([]);
});

it.each(["/obs", "/obs-non"])("DELETE ends every observation of %s with 4.04", async (path) => {
  const clients = await Promise.all([1, 2].map(() => plugtest.server.client()));
  for (const client of clients) await client.request("GET", path, { observe: 0, token: "04" });
  await Promise.all(clients.map(notification));
  const other = await plugtest.server.client();
  expect(await other.request("DELETE", path)).toMatchObject({ code: "2.02" });
  for (const client of clients) {
    expect(await notification(client)).toMatchObject({ code: "4.04", token: "04", observe: undefined });
  }
  expect((await other.request("GET", path)).text).toMatch(TIME);
});
