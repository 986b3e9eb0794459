import {
  BATCH_STRIDE,
  Endpoint,
  PeerDirectory,
  type PeerId,
  type ServerExchange,
  type Transport,
} from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import { MemoryNetwork } from "./memory-network.js";
import { seededRandom } from "./seeded-random.js";

const REQUESTS = 60;
/** When a client sends a message that is not answered. RFC 7252 §4.2. */
const TRANSMISSIONS_MS = [0, 2_500, 7_500, 17_500, 37_500];
const FAULTS = { loss: 0.2, duplication: 0.3, reordering: 0.2, heldBackMs: 3_000, latencyMs: 20, jitterMs: 50 };

/** CON POST whose message ID, token and payload are the same two bytes. */
const post = (id: number) => Uint8Array.of(0x42, 0x02, 0, id, 0, id, 0xff, 0, id);

/** Answers with the request's payload, each third time only after the piggyback window. */
function echo(clock: VirtualClock, runs: number[]): (exchange: ServerExchange) => void {
  return (exchange) => {
    const payload = exchange.request.payload.slice();
    const id = payload[1] as number;
    runs.push(id);
    const answer = () => exchange.respond({ code: 0x44, contentFormat: undefined, options: [], payload });
    if (id % 3 === 0) clock.setTimer(300, answer);
    else answer();
  };
}

/** Sends each request until it is answered. @returns tokens and payloads of the answers */
async function client(transport: Transport, clock: VirtualClock, server: string): Promise<Map<number, number>> {
  const answers = new Map<number, number>();
  const acknowledge = (peer: PeerId, high: number, low: number) =>
    transport.send(peer, Uint8Array.of(0x60, 0, high, low), 0, 4);
  await transport.open(new PeerDirectory(4, () => undefined), (buffer, index, count) => {
    for (let i = 0; i < count * BATCH_STRIDE; i += BATCH_STRIDE) {
      const [first = 0, code = 0, high = 0, low = 0, , token = -1, ...rest] = buffer.subarray(index[i], index[i + 1]);
      if (code === 0x44) answers.set(token, rest.at(-1) as number);
      if (code === 0x44 && first >> 4 === 4) acknowledge(index[i + 2] as number, high, low);
    }
  });
  const peer = await transport.resolve(server, 5683);
  for (let id = 0; id < REQUESTS; id++) {
    for (const afterMs of TRANSMISSIONS_MS) {
      clock.setTimer(400 * id + afterMs, () => {
        if (!answers.has(id)) transport.send(peer, post(id), 0, 9);
      });
    }
  }
  return answers;
}

describe("an endpoint on a network that loses, doubles and reorders", () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))(
    "runs each POST once, and answers what was asked (seed %i)",
    async (seed) => {
      const clock = new VirtualClock();
      const network = new MemoryNetwork({ clock, seed, ...FAULTS });
      const transport = network.transport({ address: "10.0.0.1", port: 5683, keepsReceivedBytes: false });
      const runs: number[] = [];
      const endpoint = new Endpoint({ transport, clock, random: seededRandom(seed), onRequest: echo(clock, runs) });
      await endpoint.open();
      const sender = network.transport({ address: "10.0.0.2" });
      const answers = await client(sender, clock, "10.0.0.1");
      await clock.advance(400_000);
      expect(new Set(runs).size, network.describe()).toBe(runs.length);
      for (const [token, payload] of answers) expect(payload).toBe(token);
      expect(answers.size).toBeGreaterThan(REQUESTS - 5);
      await endpoint.close();
      await sender.close();
      expect([network.inFlight, clock.pendingTimers]).toEqual([0, 0]);
    },
  );
});
