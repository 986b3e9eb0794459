import { describe, expect, it } from "vitest";
import { PeerDirectory } from "../peer/peer-directory.js";
import { datagramReceiver } from "./datagram-receiver.js";
import { newCounters } from "./mutable-counters.js";

const source = (address: string, port: number) => ({ address, port, family: "IPv6" as const, size: 1 });

describe("datagramReceiver", () => {
  it("drops and counts datagrams from port 0 before a peer is made for them", () => {
    const peers = new PeerDirectory(4, () => undefined);
    const counters = newCounters();
    const received: number[] = [];
    const receive = datagramReceiver("udp6", peers, (bytes) => received.push(bytes.length), counters);
    receive(Uint8Array.of(1), source("192.0.2.1", 0));
    expect([received, peers.counters.peers, counters.unsendableSources]).toEqual([[], 0, 1]);
    receive(Uint8Array.of(1), source("192.0.2.1", 1));
    expect([received, peers.counters.peers, counters.receivedDatagrams]).toEqual([[1], 1, 2]);
  });

  it("files IPv4-mapped peers as IPv4, and uses one index for all batches", () => {
    const peers = new PeerDirectory(4, () => undefined);
    const seen: [Int32Array, string][] = [];
    const onBatch = (_: Uint8Array, index: Int32Array) => seen.push([index, peers.addressOf(index[2] ?? -1)]);
    const receive = datagramReceiver("udp6", peers, onBatch, newCounters());
    receive(Uint8Array.of(1), source("::ffff:192.0.2.1", 7));
    receive(Uint8Array.of(1), source("::ffff:1", 7));
    expect(seen.map(([, address]) => address)).toEqual(["192.0.2.1", "::ffff:1"]);
    expect(seen[0]?.[0]).toBe(seen[1]?.[0]);
  });
});
