import type { Transport } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import { MemoryNetwork } from "./memory-network.js";
import { describeTransportContract, transportContract } from "./transport-contract.js";
import type { TransportSubject } from "./transport-subject.js";

const runner = { describe, it };
const HOST = "10.0.0.1";

function memorySubject(change: (transport: Transport) => Transport = (transport) => transport): TransportSubject {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, latencyMs: 3, jitterMs: 4 });
  return {
    host: HOST,
    make: (port) => change(network.transport({ address: HOST, port })),
    settle: () => clock.advance(10),
  };
}

describeTransportContract(runner, "MemoryNetwork", () => memorySubject());
describeTransportContract(runner, "MemoryNetwork that reuses its buffers", () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  return {
    host: HOST,
    make: (port) => network.transport({ address: HOST, port, keepsReceivedBytes: false }),
    settle: () => clock.advance(0),
  };
});
describeTransportContract(runner, "udpTransport over IPv4", () => ({
  host: "127.0.0.1",
  make: (port) => udpTransport({ host: "127.0.0.1", port }),
}));
describeTransportContract(runner, "udpTransport over IPv6", () => ({
  host: "::1",
  make: (port) => udpTransport({ host: "::1", port }),
}));
describeTransportContract(runner, "udpTransport over both, reached by IPv4", () => ({
  host: "127.0.0.1",
  make: (port) => udpTransport({ host: "::", port }),
}));

describe("transportContract finds a transport that", () => {
  const over = (changes: (transport: Transport) => Partial<Transport>) => (transport: Transport) =>
    new Proxy(transport, {
      get(target, key) {
        const changed: unknown = Reflect.get(changes(target), key);
        const value: unknown = changed ?? Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });

  const broken: readonly (readonly [string, string, (transport: Transport) => Partial<Transport>])[] = [
    [
      "sends the whole buffer",
      "carries exactly",
      (t) => ({ send: (peer, bytes) => t.send(peer, bytes, 0, bytes.length) }),
    ],
    [
      "loses large datagrams",
      "carries datagrams of 1",
      (t) => ({
        send: (peer, bytes, start, end) => void (end - start < 1_000 && t.send(peer, bytes, start, end)),
      }),
    ],
    [
      "takes two sources for one",
      "tells sources apart",
      (t) => ({
        open: (peers, onBatch) =>
          t.open(peers, (buffer, index, count) => {
            for (let i = 0; i < count; i++) index[3 * i + 2] = 0;
            onBatch(buffer, index, count);
          }),
      }),
    ],
    [
      "gives bounds outside its buffer",
      "carries exactly",
      (t) => ({
        open: (peers, onBatch) =>
          t.open(peers, (buffer, index, count) => {
            index[1] = buffer.length + 1;
            onBatch(buffer, index, count);
          }),
      }),
    ],
    [
      "overwrites what it said to keep",
      "keeps received bytes",
      (t) => ({
        open: (peers, onBatch) =>
          t.open(peers, (buffer, index, count) => {
            onBatch(buffer, index, count);
            buffer.fill(0);
          }),
      }),
    ],
    ["keeps sends pending", "needs no memory", () => ({ pendingSends: 1 })],
    ["keeps its port", "lets go of its port", () => ({ close: async () => undefined })],
    [
      "takes any port",
      "refuses names and ports",
      (t) => ({
        resolve: (host, port) => t.resolve(host, port >= 1 && port <= 65_535 ? port : 1),
      }),
    ],
    ["calls itself something else", "says what it is", () => ({ scheme: "udp" as "coap" })],
  ];

  it.each(broken)("%s", async (_, title, changes) => {
    const cases = transportContract(() => memorySubject(over(changes)), { deadlineMs: 200 });
    const found = cases.find((contractCase) => contractCase.title.startsWith(title));
    await expect(Promise.resolve(found?.run())).rejects.toThrow(/contract|xpected/);
  });
});
