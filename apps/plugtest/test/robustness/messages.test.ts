import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import type { UdpClient } from "../support/udp-client.js";

const robustness = fixture("robustness");
const utf8 = (...values: number[]) => ({ options: [{ number: 11, value: Uint8Array.from(values) }] });

it.each<[string, string[], object]>([
  ["a segment .", ["params", "."], {}],
  ["a segment ..", ["params", ".."], {}],
  ["a segment that is not UTF-8", ["params"], utf8(0xc3, 0x28)],
  ["an overlong UTF-8 segment", ["params"], utf8(0xc0, 0xaf)],
  ["a query that is not UTF-8", ["query"], { options: [{ number: 15, value: Uint8Array.of(0xff) }] }],
  ["a segment of 256 bytes", ["params", "x".repeat(256)], {}],
  ["a path of 200 segments", Array(200).fill("x"), {}],
])("%s is the client's error", async (_, path, init) => {
  const reply = await robustness.client.request("GET", path, init);
  expect(reply.code).toMatch(/^4\.0[024]$/);
});

it.each<[string, string]>([
  ["a CON response", "4045 2222 ff41"],
  ["a CON response with a token", "4245 2222 0101 ff41"],
])("%s that matches nothing is rejected with RST", async (_, hex) => {
  robustness.client.sendBytes(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  expect(await robustness.client.next()).toMatchObject({ type: "RST", messageId: 0x2222 });
});

it.each<[string, string]>([
  ["a NON response", "5045 2223 ff41"],
  ["an ACK", "6000 2223"],
  ["an ACK with a response", "6145 2223 01 ff41"],
  ["an RST", "7000 2223"],
  ["another version", "8001 2223"],
  ["garbage", "ffffffffffffffff"],
])("%s that matches nothing has no answer", async (_, hex) => {
  robustness.client.sendBytes(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  expect(await robustness.client.flush()).toEqual([]);
});

it("a repeated CON gets the same answer again, and the handler runs once", async () => {
  const { client } = robustness;
  const bytes = client.send("POST", "/count");
  const first = await client.next();
  client.sendBytes(bytes);
  expect((await client.next()).bytes).toEqual(first.bytes);
  expect(await client.request("POST", "/count")).toMatchObject({ text: String(Number(first.text) + 1) });
});

it("while it is still running, a repeated CON gets an empty ACK", async () => {
  const client = await robustness.server.client();
  const bytes = client.send("POST", "/count/slow", { messageId: 321 });
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00", messageId: 321 });
  client.sendBytes(bytes);
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00", messageId: 321 });
  const reply = await client.next();
  client.sendEmpty("ACK", reply.messageId);
  expect(reply).toMatchObject({ type: "CON", code: "2.04" });
  client.sendBytes(bytes);
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00", messageId: 321 });
  expect(await client.request("POST", "/count")).toMatchObject({ text: String(Number(reply.text) + 1) });
});

it("one request brings one datagram, and a smaller block size holds from the first block", async () => {
  const { client } = robustness;
  for (const path of ["/large", "/.well-known/core", "/hello", "/nowhere"]) {
    client.send("GET", path);
    await client.next();
    expect(await client.flush()).toEqual([]);
  }
  const small = await client.request("GET", "/large", { block2: 0 });
  expect([small.payload.length, small.block2]).toEqual([16, "0/1/16"]);
});

it("a separate response is sent MAX_RETRANSMIT times more, and not for ever", async () => {
  const client = await robustness.server.client();
  client.send("GET", "/slow", { messageId: 9 });
  expect(await client.next()).toMatchObject({ type: "ACK", code: "0.00" });
  const sent = [await client.next(), await client.next(), await client.next(), await client.next()];
  for (const { bytes } of sent) expect(bytes).toEqual(sent[0]?.bytes);
  await statsUntil(robustness.client, ({ exchanges }) => exchanges === 0);
});

it("nobody else can acknowledge, reset or cancel", async () => {
  const client = await robustness.server.client();
  const other = await robustness.server.client();
  await client.request("GET", "/observe/con", { observe: 0, token: "aa" });
  const first = await client.next();
  other.sendEmpty("ACK", first.messageId);
  other.sendEmpty("RST", first.messageId);
  await other.request("GET", "/observe/con", { observe: 1, token: "aa" });
  expect(await client.next()).toMatchObject({ type: "CON", token: "aa" });
  expect(JSON.parse((await other.request("GET", "/stats")).text)).toMatchObject({ observers: 1, exchanges: 1 });
  client.sendEmpty("RST", first.messageId);
  await statsUntil(other, ({ observers }) => observers === 0);
});

it("under malformed traffic every answer still belongs to its request", async () => {
  const clients = await Promise.all(Array.from({ length: 4 }, () => robustness.server.client()));
  const noise = await robustness.server.client();
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 5; i++)
      noise.sendBytes(Buffer.from([0x40 | round, i, round, i, 0xff, ...Array(i).fill(round)]));
    const replies = await Promise.all(
      clients.map((client, index) => client.request("GET", `/params/${index}-${round}`, { messageId: round })),
    );
    expect(replies.map(({ text, messageId }) => `${text} ${messageId}`)).toEqual(
      clients.map((_, index) => `${index}-${round} ${round}`),
    );
  }
});

type Stats = Readonly<Record<string, number>>;

/** Asks for /stats, with an answer of /slow in between, until it says what is waited for. */
async function statsUntil(client: UdpClient, isReached: (stats: Stats) => boolean): Promise<void> {
  while (!isReached(JSON.parse((await client.request("GET", "/stats")).text) as Stats))
    await client.request("GET", "/slow");
}
