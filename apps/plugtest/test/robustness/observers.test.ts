import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import type { IncomingMessage } from "../support/message.js";
import type { UdpClient } from "../support/udp-client.js";

const robustness = fixture("robustness");
const tokenOf = (number: number) => (0x100 + number).toString(16).padStart(4, "0");

type Stats = Readonly<Record<string, number>>;

async function stats(): Promise<Stats> {
  return JSON.parse((await robustness.client.request("GET", "/stats")).text) as Stats;
}

/** Asks for /stats, with an answer of /slow in between, until it says what is waited for. */
async function statsUntil(isReached: (stats: Stats) => boolean): Promise<void> {
  while (!isReached(await stats())) await robustness.client.request("GET", "/slow");
}

async function register(client: UdpClient, path: string, count: number): Promise<IncomingMessage[]> {
  const replies: IncomingMessage[] = [];
  for (let i = 0; i < count; i++) replies.push(await client.request("GET", path, { observe: 0, token: tokenOf(i) }));
  return replies;
}

/** The next notification, acknowledged. */
async function notification(client: UdpClient): Promise<IncomingMessage> {
  const message = await client.next();
  if (message.type === "CON") client.sendEmpty("ACK", message.messageId);
  return message;
}

it("/observe/counter goes up, and every fifth notification at least is a CON", async () => {
  const client = await robustness.server.client();
  const first = await client.request("GET", "/observe/counter", { observe: 0, token: "01" });
  expect(first).toMatchObject({ code: "2.05", ct: 0 });
  const seen = [first];
  for (let i = 0; i < 6; i++) seen.push(await notification(client));
  const counts = seen.map(({ text }) => Number(text));
  for (let i = 1; i < counts.length; i++) expect(counts[i]).toBeGreaterThan(counts[i - 1] as number);
  const observes = seen.map(({ observe }) => observe as number);
  expect(observes).toEqual(observes.toSorted((a, b) => a - b));
  expect(seen.slice(1, 6).map(({ type }) => type)).toContain("CON");
  await client.request("GET", "/observe/counter", { observe: 1, token: "01" });
  expect((await stats()).observers).toBe(0);
}, 15_000);

it("over 100 per client, and over 1000 in all, requests are answered as plain GETs; the others keep theirs", async () => {
  const clients = await Promise.all(Array.from({ length: 10 }, () => robustness.server.client()));
  const [first] = clients as [UdpClient];
  const witness = await robustness.server.client();
  expect((await register(first, "/observe/counter", 101)).at(-1)).toMatchObject({ code: "2.05", observe: undefined });
  expect((await stats()).observers).toBe(100);
  expect((await register(witness, "/observe/counter", 1))[0]?.observe).toBeDefined();
  for (const client of clients.slice(1)) await register(client, "/observe/counter", 100);
  expect((await stats()).observers).toBe(1_000);
  const late = await robustness.server.client();
  expect(await late.request("GET", "/observe/counter", { observe: 0 })).toMatchObject({
    code: "2.05",
    observe: undefined,
  });
  const before = Number((await notification(witness)).text);
  expect(Number((await notification(witness)).text)).toBeGreaterThan(before);
}, 30_000);

it("slots come back by RST, by deregistration, and by themselves where nobody acknowledges", async () => {
  const start = (await stats()).observers as number;
  const resets = await robustness.server.client();
  await resets.request("GET", "/observe/con", { observe: 0, token: "01" });
  const refused = (await stats()).observers === start;
  if (!refused) {
    resets.sendEmpty("RST", (await resets.next()).messageId);
    await resets.flush();
  }
  // The clients of the test before acknowledge nothing: their registrations end at their first CON.
  await statsUntil(({ observers, exchanges }) => observers === 0 && exchanges === 0);
  const silent = await robustness.server.client();
  await silent.request("GET", "/observe/con", { observe: 0, token: "02" });
  expect(await stats()).toMatchObject({ observers: 1 });
  await statsUntil(({ observers }) => observers === 0);
  const datagrams = await silent.flush();
  expect(datagrams).toHaveLength(4);
  const observes = datagrams.map(({ observe }) => observe as number);
  expect(observes).toEqual(observes.toSorted((a, b) => a - b));
  expect(observes.at(-1)).toBeGreaterThan(observes[0] as number);
  expect(await stats()).toMatchObject({ observers: 0, exchanges: 0 });
}, 40_000);
