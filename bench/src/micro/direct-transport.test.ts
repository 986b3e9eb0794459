import { PeerDirectory } from "@coapkit/protocol";
import { expect, it } from "vitest";
import { DirectTransport } from "./direct-transport.js";

it("gives each datagram to the endpoint with the number of its peer, and shows what is sent", async () => {
  const seen: unknown[] = [];
  const transport = new DirectTransport((buffer, start, end) => seen.push(["sent", [...buffer.slice(start, end)]]));
  const peers = new PeerDirectory(4, () => undefined);
  await transport.open(peers, (buffer, [start, end, peer], count) => {
    seen.push([count, [...buffer.slice(start, end)], peers.portOf(peer as number)]);
  });
  transport.deliver(Uint8Array.of(1, 2), "192.0.2.1", 7);
  transport.send(0, Uint8Array.of(3, 4, 5), 1, 3);
  await transport.close();
  transport.deliver(Uint8Array.of(9), "192.0.2.1", 7);
  expect(seen).toEqual([
    [1, [1, 2], 7],
    ["sent", [4, 5]],
  ]);
});
