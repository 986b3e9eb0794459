import type { Transport } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { expect, it } from "vitest";
import { countersOf, sumCounters } from "./engine-counters.js";

it("finds what a transport counts, also of its groups", () => {
  const groups = { counters: { refusedPeers: 2 } } as unknown as Transport;
  const transport = { multicast: groups, counters: { refusedPeers: 1, sendErrors: 3 } } as unknown as Transport;
  expect(sumCounters(countersOf(transport))).toEqual({ refusedPeers: 3, sendErrors: 3 });
});

it("finds those of UDP, and nothing in a transport that does not count", () => {
  expect(countersOf(udpTransport())).toMatchObject([{ refusedPeers: 0, sendErrors: 0, socketErrors: 0 }]);
  expect(countersOf({ scheme: "coap+tcp" } as Transport)).toEqual([]);
});
