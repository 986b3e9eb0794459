import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import { block } from "../support/message.js";

const INTERVAL_MS = 200;
const plugtest = fixture("plugtest", "--notify-interval", "0.2", "--ack-timeout", "0.15", "--max-retransmit", "1");

/** Waits for `count` renewals, as another observer sees them. */
async function renewals(count: number): Promise<void> {
  const witness = await plugtest.server.client();
  await witness.request("GET", "/obs-non", { observe: 0, token: "77" });
  for (let i = 0; i < count; i++) {
    const message = await witness.next();
    if (message.type === "CON") witness.sendEmpty("ACK", message.messageId);
  }
  await witness.request("GET", "/obs-non", { observe: 1, token: "77" });
}

it.each<[string, string, object]>([
  ["GET", "/test", { observe: 0 }],
  ["GET", "/large", { observe: 0 }],
  ["PUT", "/obs", { observe: 0, ct: 0, payload: "x" }],
  ["GET", "/obs", { observe: 0, accept: 41 }],
  ["GET", "/obs", { observe: 1 }],
  ["GET", "/obs", { observe: 2 }],
])("%s %s with %j registers nobody", async (method, path, init) => {
  const client = await plugtest.server.client();
  expect(await client.request(method, path, init)).toMatchObject({ observe: undefined });
  await renewals(2);
  expect(await client.flush()).toEqual([]);
});

it("ends by Observe 1 with the same token, and by that only", async () => {
  const client = await plugtest.server.client();
  await client.request("GET", "/obs-non", { observe: 0, token: "01" });
  await client.request("GET", "/obs-non", { observe: 1, token: "02" });
  expect(await client.next()).toMatchObject({ token: "01" });
  await client.request("GET", "/obs-non", { observe: 1, token: "01" });
  await client.flush();
  await renewals(2);
  expect(await client.flush()).toEqual([]);
});

it.each(["/obs", "/obs-non"])("a RST to a notification ends %s", async (path) => {
  const client = await plugtest.server.client();
  await client.request("GET", path, { observe: 0, token: "01" });
  client.sendEmpty("RST", (await client.next()).messageId);
  await client.flush();
  await renewals(3);
  expect(await client.flush()).toEqual([]);
});

it("registering again replaces", async () => {
  const client = await plugtest.server.client();
  const first = await client.request("GET", "/obs-non", { observe: 0, token: "01" });
  const second = await client.request("GET", "/obs-non", { observe: 0, token: "01" });
  expect(second.observe).toBeGreaterThan(first.observe as number);
  const seen = [await client.next(), await client.next(), await client.next()].map(({ observe }) => observe as number);
  expect(new Set(seen).size).toBe(3);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  client.send("GET", "/obs-non", { observe: 1, token: "01" });
});

it("two tokens are two registrations", async () => {
  const client = await plugtest.server.client();
  await client.request("GET", "/obs-non", { observe: 0, token: "01" });
  await client.request("GET", "/obs-large", { observe: 0, token: "02" });
  const tokens = new Set<string>();
  while (tokens.size < 2) {
    const message = await client.next();
    tokens.add(message.token);
    if (message.type === "CON") client.sendEmpty("ACK", message.messageId);
  }
  expect([...tokens].toSorted()).toEqual(["01", "02"]);
});

it("one CON at a time: an unacknowledged one is sent MAX_RETRANSMIT times more, then the registration is gone", async () => {
  const client = await plugtest.server.client();
  await client.request("GET", "/obs", { observe: 0, token: "01" });
  const first = await client.next();
  expect(first.type).toBe("CON");
  client.sendEmpty("ACK", first.messageId);
  await renewals(8);
  const left = await client.flush();
  expect(left).toHaveLength(2);
  for (const message of left) {
    expect(message).toMatchObject({ type: "CON", code: "2.05", token: "01" });
    expect(message.observe).toBeGreaterThan(first.observe as number);
  }
});

it("the last state is sent when the way is free", async () => {
  const client = await plugtest.server.client();
  const other = await plugtest.server.client();
  await client.request("GET", "/obs", { observe: 0, token: "01" });
  const pending = await client.next();
  for (const payload of ["one", "two", "three"]) await other.request("PUT", "/obs", { ct: 0, payload });
  client.sendEmpty("ACK", pending.messageId);
  const next = await client.next();
  const fresh = next.messageId === pending.messageId ? await client.next() : next;
  expect(fresh.text).toMatch(/^three$|^\d\d:\d\d:\d\d$/);
  client.sendEmpty("RST", fresh.messageId);
});

it("a notification carries block 0 in the size of the registration; the rest comes by GET", async () => {
  const client = await plugtest.server.client();
  await client.request("GET", "/obs-large", { observe: 0, token: "01", block2: block(0, false, 64) });
  const notification = await client.next();
  client.sendEmpty("ACK", notification.messageId);
  expect(notification).toMatchObject({ code: "2.05", block2: "0/1/64", observe: expect.any(Number) });
  const rest = [];
  for (const number of [1, 2]) {
    const reply = await client.request("GET", "/obs-large", { token: `a${number}`, block2: block(number, false, 64) });
    expect(reply).toMatchObject({ observe: undefined, etag: notification.etag, block2: `${number}/${2 - number}/64` });
    rest.push(reply.text);
  }
  expect(`${notification.text}${rest.join("")}`).toHaveLength(162);
  client.send("GET", "/obs-large", { observe: 1, token: "01" });
});

it(`renews about every ${INTERVAL_MS} ms`, async () => {
  const startMs = performance.now();
  await renewals(5);
  expect(performance.now() - startMs).toBeGreaterThan(4 * INTERVAL_MS - 100);
  expect(performance.now() - startMs).toBeLessThan(10 * INTERVAL_MS);
});
