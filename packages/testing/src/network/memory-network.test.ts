import { PeerDirectory, type PeerId, type Transport } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import { MemoryNetwork, type MemoryNetworkOptions } from "./memory-network.js";
import type { MemoryTransport, MemoryTransportOptions } from "./memory-transport.js";
import { summarizeDatagram } from "./network-datagram.js";

const A = "10.0.0.1";
const B = "10.0.0.2";
const GROUP = "224.0.1.187";

async function listen(transport: Transport, peers = new PeerDirectory(16, () => undefined)) {
  const received: string[] = [];
  const batches: number[] = [];
  await transport.open(peers, (buffer, index, count) => {
    batches.push(count);
    for (let i = 0; i < count; i++) {
      const [start = 0, end = 0, peer = -1] = index.subarray(3 * i);
      received.push(
        `${[...buffer.subarray(start, end)].join(" ")} from ${peers.addressOf(peer)}:${peers.portOf(peer)}`,
      );
    }
  });
  return { received, batches, peers };
}

async function twoHosts(options: Partial<MemoryNetworkOptions> = {}, forB: Partial<MemoryTransportOptions> = {}) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, ...options });
  const a = network.transport({ address: A, port: 1000 });
  const b = network.transport({ address: B, port: 5683, ...forB });
  const atA = await listen(a);
  const atB = await listen(b);
  const toB = await a.resolve(B, 5683);
  return { clock, network, a, b, atA, atB, toB, send: (...bytes: number[]) => sendFrom(a, toB, bytes) };
}

function sendFrom(transport: Transport, peer: PeerId, bytes: readonly number[]): void {
  transport.send(peer, Uint8Array.from(bytes), 0, bytes.length);
}

/** Sends the bytes 0 to 199, one by one, 1 ms apart. */
async function sendMany(options: Partial<MemoryNetworkOptions>): Promise<readonly number[]> {
  const { clock, network, send, atB } = await twoHosts(options);
  for (let i = 0; i < 200; i++) {
    send(i);
    await clock.advance(1);
  }
  await clock.advance(1_000);
  expect([network.inFlight, clock.pendingTimers]).toEqual([0, 0]);
  return atB.received.map((text) => Number.parseInt(text, 10));
}

describe("MemoryNetwork", () => {
  it("carries nothing before time is advanced, and takes its latency", async () => {
    const { clock, network, send, atB } = await twoHosts({ latencyMs: 20 });
    send(1, 2);
    await clock.advance(19);
    expect([atB.received, network.inFlight]).toEqual([[], 1]);
    await clock.advance(1);
    expect([atB.received, network.inFlight]).toEqual([[`1 2 from ${A}:1000`], 0]);
  });

  it("copies bytes when they are sent", async () => {
    const { clock, a, toB, atB } = await twoHosts();
    const bytes = Uint8Array.of(9, 1, 9);
    a.send(toB, bytes, 1, 2);
    bytes.fill(7);
    await clock.advance(0);
    expect(atB.received).toEqual([`1 from ${A}:1000`]);
  });

  it("hands over as one batch what arrives at one time", async () => {
    const { clock, send, atB } = await twoHosts();
    send(1);
    send(2);
    send(3);
    await clock.advance(0);
    send(4);
    await clock.advance(0);
    expect(atB.batches).toEqual([3, 1]);
    expect(atB.received.map((text) => text[0])).toEqual(["1", "2", "3", "4"]);
  });

  it("overwrites received bytes where it was told not to keep them", async () => {
    const windows: Uint8Array[] = [];
    for (const keepsReceivedBytes of [true, false]) {
      const clock = new VirtualClock();
      const network = new MemoryNetwork({ clock });
      const transport = network.transport({ address: A, port: 1, keepsReceivedBytes });
      await transport.open(new PeerDirectory(4, () => undefined), (buffer) => windows.push(buffer));
      sendFrom(transport, await transport.resolve(A, 1), [1, 2]);
      await clock.advance(0);
      expect(transport.keepsReceivedBytes).toBe(keepsReceivedBytes);
    }
    expect(windows.map((window) => [...window])).toEqual([
      [1, 2],
      [0xee, 0xee],
    ]);
  });

  it("gives the same fates for the same seed, and others for another one", async () => {
    const faults = { loss: 0.3, duplication: 0.2, reordering: 0.2, latencyMs: 5, jitterMs: 10 };
    const first = await sendMany({ ...faults, seed: 7 });
    expect(await sendMany({ ...faults, seed: 7 })).toEqual(first);
    expect(await sendMany({ ...faults, seed: 8 })).not.toEqual(first);
  });

  it("loses as many as it was told", async () => {
    const received = await sendMany({ loss: 0.25 });
    expect(received.length).toBeGreaterThan(125);
    expect(received.length).toBeLessThan(175);
    expect(received).toEqual(received.toSorted((x, y) => x - y));
    expect(await sendMany({ loss: 1 })).toEqual([]);
  });

  it("doubles as many as it was told", async () => {
    const received = await sendMany({ duplication: 0.25 });
    expect(new Set(received).size).toBe(200);
    expect(received.length).toBeGreaterThan(225);
    expect(received.length).toBeLessThan(275);
  });

  it("lets some be overtaken, and loses none", async () => {
    for (const faults of [{ reordering: 0.2 }, { jitterMs: 20 }]) {
      const received = await sendMany(faults);
      expect(received).not.toEqual(received.toSorted((x, y) => x - y));
      expect(new Set(received).size).toBe(200);
    }
    expect(await sendMany({ latencyMs: 3 })).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it("drops what is larger than the network carries", async () => {
    const { clock, network, send, atB } = await twoHosts({ mtuBytes: 2 });
    send(1, 2, 3);
    send(1, 2);
    await clock.advance(0);
    expect(atB.received).toEqual([`1 2 from ${A}:1000`]);
    expect(network.log.map(({ fate }) => fate)).toEqual(["too large", "carried"]);
  });

  it("drops what the test picks, until it picks something else", async () => {
    const { clock, network, send, atB } = await twoHosts();
    network.dropWhere(({ bytes }) => bytes[0] === 1);
    send(1);
    send(2);
    network.dropWhere();
    send(1);
    await clock.advance(0);
    expect(atB.received.map((text) => text[0])).toEqual(["2", "1"]);
    expect(network.log[0]).toMatchObject({ fate: "dropped", copies: 0 });
  });

  it("carries nothing across a partition until it heals, and all within it", async () => {
    const { clock, network, a, send, atA, atB } = await twoHosts();
    network.partition(A);
    send(1);
    sendFrom(a, await a.resolve(A, 1000), [2]);
    await clock.advance(0);
    network.heal();
    send(3);
    await clock.advance(0);
    expect([atA.received, atB.received]).toEqual([[`2 from ${A}:1000`], [`3 from ${A}:1000`]]);
    expect(network.log[0]?.fate).toBe("partitioned");
  });

  it("shows another port after rebinding, and reaches nobody at the port before", async () => {
    const { clock, network, a, b, send, atA, atB } = await twoHosts();
    send(1);
    await clock.advance(0);
    network.rebind(a, 2000);
    sendFrom(b, await b.resolve(A, 1000), [2]);
    sendFrom(b, await b.resolve(A, 2000), [3]);
    send(4);
    await clock.advance(0);
    expect(atB.received).toEqual([`1 from ${A}:1000`, `4 from ${A}:2000`]);
    expect(atA.received).toEqual([`3 from ${B}:5683`]);
    expect(network.log[1]).toMatchObject({ to: `${A}:1000`, fate: "unreachable" });
    const c = network.transport({ address: A, port: 3000 });
    expect(() => network.rebind(c, 4000)).toThrow("not open");
    await listen(c);
    expect(() => network.rebind(c, 2000)).toThrow("EADDRINUSE");
  });

  it("changes conditions for what is sent from there on", async () => {
    const { clock, network, send, atB } = await twoHosts({ latencyMs: 10 });
    send(1);
    network.configure({ loss: 1 });
    send(2);
    network.configure({ loss: 0 });
    send(3);
    await clock.advance(10);
    expect(atB.received.map((text) => text[0])).toEqual(["1", "3"]);
    expect(() => network.configure({ loss: 1.1 })).toThrow("loss is 1.1; set it to a number from 0 to 1");
    expect(() => network.configure({ latencyMs: -1 })).toThrow(RangeError);
  });

  it("calls off what is under way", async () => {
    const { clock, network, send, atB } = await twoHosts({ latencyMs: 10 });
    send(1);
    network.clearInFlight();
    expect([network.inFlight, clock.pendingTimers]).toEqual([0, 0]);
    await clock.advance(10);
    expect(atB.received).toEqual([]);
  });

  it("resolves names that transports have", async () => {
    const { network, a, atA } = await twoHosts();
    network.transport({ address: B, name: "sensor.example" });
    expect(atA.peers.addressOf(await a.resolve("sensor.example", 5683))).toBe(B);
  });
});

describe("MemoryNetwork groups", () => {
  it("carries a request to each member but the sender, through the transport that is flagged", async () => {
    const { clock, network, a, b, send, atA, atB } = await twoHosts({}, { groups: [GROUP] });
    const c = network.transport({ address: "10.0.0.3", port: 5683, groups: [GROUP] });
    const atC = await listen(c);
    const groupB = await listen(b.multicast as Transport, atB.peers);
    const groupC = await listen(c.multicast as Transport, atC.peers);
    sendFrom(a, await a.resolve(GROUP, 5683), [1]);
    sendFrom(c, await c.resolve(GROUP, 5683), [2]);
    send(3);
    await clock.advance(0);
    expect(groupB.received).toEqual([`1 from ${A}:1000`, "2 from 10.0.0.3:5683"]);
    expect(groupC.received).toEqual([`1 from ${A}:1000`]);
    expect(atB.received).toEqual([`3 from ${A}:1000`]);
    expect([b.isMulticast, b.multicast?.isMulticast, a.multicast]).toEqual([false, true, undefined]);

    b.multicast?.send(await b.resolve(A, 1000), Uint8Array.of(4), 0, 1);
    await clock.advance(0);
    expect(atA.received).toEqual([`4 from ${B}:5683`]);
    await b.multicast?.close();
    await c.multicast?.close();
    sendFrom(a, await a.resolve(GROUP, 5683), [5]);
    await clock.advance(0);
    expect([groupB.received.length, groupC.received.length, network.log.at(-1)?.fate]).toEqual([2, 1, "unreachable"]);
  });

  it("open after their transport", async () => {
    const network = new MemoryNetwork({ clock: new VirtualClock() });
    const transport: MemoryTransport = network.transport({ address: A, groups: [GROUP] });
    await expect(listen(transport.multicast as Transport)).rejects.toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
  });
});

describe("MemoryNetwork log", () => {
  it("tells each datagram in a line", async () => {
    const { clock, network, send } = await twoHosts({ duplication: 1 });
    await clock.advance(5);
    send(0x41, 1, 0x7d, 0x34, 0x20, 0xb1, 0x61);
    network.configure({ loss: 1 });
    send(0x60, 0, 0x7d, 0x34);
    send(1);
    expect(network.describe().split("\n")).toEqual([
      "5 ms 10.0.0.1:1000 > 10.0.0.2:5683 CON 0.01 id 7d34 token 20, 7 bytes, 2 times",
      "5 ms 10.0.0.1:1000 > 10.0.0.2:5683 ACK 0.00 id 7d34, 4 bytes, lost",
      "5 ms 10.0.0.1:1000 > 10.0.0.2:5683 not CoAP, 1 bytes, lost",
    ]);
    network.clearLog();
    expect(network.log).toEqual([]);
    await clock.advance(0);
  });

  it("has a limit", async () => {
    const { network, send } = await twoHosts({ logLimit: 10 });
    for (let i = 0; i < 25; i++) send(i);
    expect(network.log.length).toBeLessThanOrEqual(10);
    expect(network.log.at(-1)?.bytes).toEqual(Uint8Array.of(24));
    network.clearInFlight();
  });

  it("never throws, whatever the bytes", () => {
    for (let length = 0; length < 12; length++) {
      for (const byte of [0, 0x4f, 0x7f, 0xff]) {
        const bytes = new Uint8Array(length).fill(byte);
        const text = summarizeDatagram({ atMs: 0, from: "a", to: "b", bytes, fate: "carried", copies: 1 });
        expect(text).toContain(`${length} bytes`);
      }
    }
  });
});
