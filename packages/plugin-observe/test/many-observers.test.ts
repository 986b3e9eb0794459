import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type App, createApp, definePlugin, nativeEngine, type TransportFactory } from "@coapkit/core";
import { NO_PEER, type OnBatch, type PeerDirectory, type PeerId, type Transport } from "@coapkit/protocol";
import { VirtualClock } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { Notifier, observable, observe } from "../src/index.js";
import { silent } from "./support.js";

const OBSERVERS = 10_000;
const FIRST_PORT = 1024;
/** What two heaps may differ by, for each observer; a relation takes some 2400 bytes. */
const BYTES_OF_NOISE = 80;
/** Further apart than NON notifications have to be, RFC 7641 §4.5.1. */
const PERIOD_MS = 4000;
/** EXCHANGE_LIFETIME and more: what is remembered of messages is forgotten. RFC 7252 §4.8.2. */
const FORGOTTEN_MS = 600_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Ten thousand clients at one address, each at a port of its own; they acknowledge what is CON. */
class Crowd implements Transport {
  readonly scheme = "coaps";
  readonly kind = "datagram";
  readonly keepsReceivedBytes = true;
  readonly pendingSends = 0;
  /** The number that each port has been told last. */
  readonly seen = new Int32Array(0x10000).fill(-1);
  readonly received = new Int32Array(0x10000);
  outOfOrder = 0;
  reply: "ACK" | "RST" = "ACK";
  #peers!: PeerDirectory;
  #onBatch!: OnBatch;

  async open(peers: PeerDirectory, onBatch: OnBatch) {
    this.#peers = peers;
    this.#onBatch = onBatch;
    return { scheme: this.scheme, address: "10.0.0.1", port: 5684 };
  }

  async resolve(): Promise<PeerId> {
    return NO_PEER;
  }

  async close(): Promise<void> {}

  /** What the server sends: the text after the payload marker is the state's number. */
  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    const port = this.#peers.portOf(peer);
    const bytes = buffer.slice(start, end);
    const marker = bytes.lastIndexOf(0xff);
    if (marker > 4) this.#see(port, Number(Buffer.from(bytes.subarray(marker + 1)).toString()));
    const type = ((bytes[0] as number) >> 4) & 3;
    if (this.reply === "RST" && type < 2) this.say(port, 0x70, 0, bytes[2] as number, bytes[3] as number);
    else if (type === 0) this.say(port, 0x60, 0, bytes[2] as number, bytes[3] as number);
  }

  /** A message of the client at a port, once the server is done with what it does. */
  say(port: number, ...bytes: readonly number[]): void {
    setImmediate(() => {
      const peer = this.#peers.intern("10.0.0.2", port);
      this.#onBatch(Uint8Array.from(bytes), Int32Array.of(0, bytes.length, peer), 1);
    });
  }

  #see(port: number, state: number): void {
    if (state < (this.seen[port] as number)) this.outOfOrder++;
    this.seen[port] = state;
    this.received[port] = (this.received[port] as number) + 1;
  }
}

async function start(clock: VirtualClock) {
  const crowd = new Crowd();
  let state = 0;
  const factory: TransportFactory = { scheme: "coaps", create: () => crowd };
  const transport = definePlugin({
    name: "crowd",
    version: "1.0.0",
    contract: 1,
    setup: (host) => host.transports.add(factory),
  });
  const app: App = await createApp({
    clock,
    engine: nativeEngine({ peers: OBSERVERS }),
    logger: silent,
    plugins: [observe(), transport()],
  });
  app.route({ method: "GET", path: "/n", metadata: [observable()], handler: () => String(state) });
  await app.listen("coaps://10.0.0.1");
  const notifier = app.resolve(Notifier);
  const change = async () => {
    state++;
    notifier.changed("/n");
    await rest(clock);
  };
  return { app, crowd, notifier, change };
}

/** A client at each port from the first one on registers. */
async function register(crowd: Crowd, clock: VirtualClock, firstPort: number): Promise<void> {
  for (let port = firstPort; port < firstPort + OBSERVERS; port++) {
    crowd.say(port, 0x41, 0x01, 0x00, 0x01, 0xaa, 0x60, 0x51, 0x6e); // CON GET /n with Observe 0 and token aa
  }
  await rest(clock);
}

/** Lets everything arrive, before any time passes that something could be taken for lost in. */
async function rest(clock: VirtualClock): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    await clock.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await clock.advance(PERIOD_MS);
}

describe("10,000 observers from 10,000 ports", () => {
  it("get every change in order, and leave no memory behind when they go", async () => {
    const clock = new VirtualClock();
    const { app, crowd, notifier, change } = await start(clock);
    const life = async (round: number, changes: number) => {
      crowd.reply = "ACK";
      const firstPort = FIRST_PORT + round * OBSERVERS;
      await register(crowd, clock, firstPort);
      expect(notifier.counters.relations).toBe(OBSERVERS);
      crowd.received.fill(0);
      for (let i = 0; i < changes; i++) await change();
      const told = crowd.received.subarray(firstPort, firstPort + OBSERVERS);
      expect([Math.min(...told), Math.max(...told), crowd.outOfOrder]).toEqual([changes, changes, 0]);
      const heldByAll = heldBytes();
      crowd.reply = "RST";
      await change();
      expect(notifier.counters).toMatchObject({ relations: 0, deadlines: 0, feeds: 0 });
      await clock.advance(FORGOTTEN_MS);
      return { heldByAll, heldAfter: heldBytes() };
    };
    await life(1, 10); // tables grow to their size once
    const before = heldBytes();
    const { heldByAll, heldAfter } = await life(2, 10);
    expect(heldByAll - before).toBeGreaterThan(OBSERVERS * 200);
    expect(heldAfter - before).toBeLessThan(OBSERVERS * BYTES_OF_NOISE);
    expect(app.engineCounters).toMatchObject({ observers: 0 });
    await life(3, 100);
    expect(heldBytes() - before).toBeLessThan(OBSERVERS * BYTES_OF_NOISE);
    const closed = app.close();
    await clock.advance(FORGOTTEN_MS);
    await closed;
    expect(clock.pendingTimers).toBe(0);
  }, 120_000);
});
