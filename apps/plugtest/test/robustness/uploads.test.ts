import { expect, it } from "vitest";
import { fixture } from "../support/fixture.js";
import { block } from "../support/message.js";
import type { RequestInit, UdpClient } from "../support/udp-client.js";

const robustness = fixture("robustness");
const CHUNK = Buffer.alloc(1_024, "u");
const part = (number: number, more = true): RequestInit => ({ block1: block(number, more, 1_024), payload: CHUNK });
const put = (client: UdpClient, init: RequestInit) => client.request("PUT", "/upload", init);

async function stats() {
  const { text } = await robustness.client.request("GET", "/stats");
  return JSON.parse(text) as Readonly<Record<string, number>>;
}

it.each<[string, RequestInit, string]>([
  ["a gap", part(3), "4.08"],
  ["a body that Size1 says is too large", { ...part(1), size1: 2_000_000 }, "4.13"],
  ["a block beyond the limit", { block1: block(1_025, true, 1_024), payload: CHUNK }, "4.13"],
  ["a block that is too short", { ...part(1), payload: "x" }, "4.00"],
])("%s is refused and frees the state", async (_, init, code) => {
  const client = await robustness.server.client();
  expect(await put(client, part(0))).toMatchObject({ code: "2.31" });
  expect(await stats()).toMatchObject({ uploads: 1 });
  expect((await stats()).uploadBytes).toBeGreaterThanOrEqual(1_024);
  expect(await put(client, init)).toMatchObject({ code });
  expect(await stats()).toMatchObject({ uploads: 0, uploadBytes: 0 });
});

it("two clients and two Request-Tags do not share state", async () => {
  const [one, two] = [await robustness.server.client(), await robustness.server.client()];
  expect(await put(one, part(0))).toMatchObject({ code: "2.31" });
  expect(await put(two, part(0))).toMatchObject({ code: "2.31" });
  expect(await put(one, { ...part(0), requestTag: "aa" })).toMatchObject({ code: "2.31" });
  expect(await stats()).toMatchObject({ uploads: 3 });
  expect((await put(two, part(1, false))).text).toMatch(/^2048 /);
  expect((await put(one, { block1: block(1, false, 1_024), payload: "x", requestTag: "aa" })).text).toMatch(/^1025 /);
  expect((await put(one, { block1: block(1, false, 1_024), payload: "yz" })).text).toMatch(/^1026 /);
  expect(await stats()).toMatchObject({ uploads: 0, uploadBytes: 0 });
});

it("when the budget is used up the longest idle goes first, and who makes progress loses nothing", async () => {
  const active = await robustness.server.client();
  expect(await put(active, part(0))).toMatchObject({ code: "2.31" });
  let progress = 1;
  const idle: UdpClient[] = [];
  for (let i = 0; i < 25; i++) {
    const client = await robustness.server.client();
    idle.push(client);
    for (let number = 0; number < 900; number++) expect((await put(client, part(number))).code).toBe("2.31");
    expect((await put(active, part(progress++))).code).toBe("2.31");
  }
  const held = await stats();
  expect(held.uploadBytes).toBeLessThanOrEqual(16 * 1_024 * 1_024);
  expect(held.uploads).toBeLessThan(25);
  expect((await put(idle[0] as UdpClient, part(900))).code).toBe("4.08");
  expect((await put(idle.at(-1) as UdpClient, part(900, false))).text).toMatch(/^922624 /);
  expect((await put(active, part(progress, false))).text).toMatch(/^26\d\d\d |^27648 /);
}, 60_000);
