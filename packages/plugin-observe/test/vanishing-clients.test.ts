import type { App } from "@coapkit/core";
import { BATCH_STRIDE, PeerDirectory, type PeerId } from "@coapkit/protocol";
import { MemoryNetwork, type MemoryTransport, VirtualClock } from "@coapkit/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EndReason, type Notifier, type ObservePluginOptions, observable } from "../src/index.js";
import { SERVER, startInMemory } from "./memory-apps.js";

/** After how long a CON that nobody acknowledges is given up, at most: MAX_TRANSMIT_WAIT of RFC 7252 §4.8.2. */
const GIVEN_UP_MS = 93_000;

/** Header and token. */
const HEAD_BYTES = 5;

/** A client by bytes: answers CON with ACK, or RST, or not at all. */
class Device {
  readonly transport: MemoryTransport;
  readonly seen: string[] = [];
  readonly types: string[] = [];
  reply: "ACK" | "RST" | "nothing" = "ACK";
  #peer: PeerId | undefined;
  #messageId = 1;

  constructor(network: MemoryNetwork, address: string) {
    this.transport = network.transport({ address, port: 4000 });
  }

  async open(): Promise<this> {
    await this.transport.open(new PeerDirectory(4, () => undefined), (buffer, index, count) => {
      for (let i = 0; i < count * BATCH_STRIDE; i += BATCH_STRIDE) {
        this.#receive(buffer.slice(index[i], index[i + 1]), index[i + 2] as PeerId);
      }
    });
    this.#peer = await this.transport.resolve(SERVER, 5683);
    return this;
  }

  /** GET /n with an Observe option, and a query. */
  ask(observe: 0 | 1, query = ""): void {
    const option = observe === 0 ? [0x60] : [0x61, 1];
    const item = query === "" ? [] : [0x40 + query.length, ...Buffer.from(query)];
    this.#send([0x41, 0x01, 0x00, this.#messageId++, 0xaa, ...option, 0x51, 0x6e, ...item]);
  }

  #receive(bytes: Uint8Array, peer: PeerId): void {
    const type = ((bytes[0] as number) >> 4) & 3;
    const [, , high = 0, low = 0] = bytes;
    this.types.push(["CON", "NON", "ACK", "RST"][type] as string);
    const marker = bytes.lastIndexOf(0xff); // the texts have none, the message ID may
    if (marker > HEAD_BYTES) this.seen.push(Buffer.from(bytes.subarray(marker + 1)).toString());
    if (type === 2 || this.reply === "nothing") return;
    if (this.reply === "RST") this.transport.send(peer, Uint8Array.of(0x70, 0, high, low), 0, 4);
    else if (type === 0) this.transport.send(peer, Uint8Array.of(0x60, 0, high, low), 0, 4);
  }

  #send(bytes: readonly number[]): void {
    this.transport.send(this.#peer as PeerId, Uint8Array.from(bytes), 0, bytes.length);
  }
}

describe("a client that", () => {
  let clock: VirtualClock;
  let network: MemoryNetwork;
  let app: App;
  let notifier: Notifier;
  let state = 0;
  const ends: string[] = [];
  const devices: Device[] = [];

  const start = async (options: ObservePluginOptions = {}) => {
    const route = { method: "GET", path: "/n", metadata: [observable()], handler: () => `n${state}` } as const;
    const onUnsubscribe = ({ peer }: { peer: { address: string } }, reason: EndReason) => {
      ends.push(`${peer.address} ${reason}`);
    };
    ({ app, notifier } = await startInMemory(network, clock, (added) => void added.route(route), {
      confirmable: "always",
      onUnsubscribe,
      ...options,
    }));
    for (const address of ["10.0.0.2", "10.0.0.3"]) devices.push(await new Device(network, address).open());
    for (const device of devices) device.ask(0);
    await clock.advance(100);
    expect(notifier.counters.relations).toBe(2);
    return devices as [Device, Device];
  };
  const change = async (ms = 100) => {
    state++;
    notifier.changed("n");
    await clock.advance(ms);
  };

  beforeEach(() => {
    clock = new VirtualClock();
    network = new MemoryNetwork({ clock });
    state = 0;
    ends.length = 0;
    devices.length = 0;
  });
  afterEach(async () => {
    const closed = app.close();
    await clock.advance(300_000);
    await closed;
    for (const { transport } of devices) await transport.close();
    expect(notifier.counters.relations).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it("vanishes is given up with its first unacknowledged CON, and nobody else is disturbed", async () => {
    const [gone, other] = await start();
    gone.reply = "nothing";
    await change();
    expect(other.seen).toEqual(["n0", "n1"]);
    await change();
    expect(other.seen).toEqual(["n0", "n1", "n2"]);
    await clock.advance(GIVEN_UP_MS);
    expect(ends).toEqual(["10.0.0.2 timeout"]);
    expect(notifier.counters).toMatchObject({ relations: 1, lost: 1 });
    expect(app.engineCounters).toMatchObject({ observers: 1 });
    await change();
    expect(other.seen.at(-1)).toBe("n3");
  });

  it("vanishes is found out about with NON notifications, too, by the next CON", async () => {
    const [gone, other] = await start({ confirmable: { intervalS: 60 } });
    gone.reply = "nothing";
    for (let i = 0; i < 5; i++) await change(10_000);
    expect(notifier.counters.relations).toBe(2);
    await change(10_000);
    await change(GIVEN_UP_MS);
    expect(ends).toEqual(["10.0.0.2 timeout"]);
    expect(other.seen).toHaveLength(8);
  });

  it("resets a notification is gone at once", async () => {
    const [gone, other] = await start();
    gone.reply = "RST";
    await change();
    expect(ends).toEqual(["10.0.0.2 reset"]);
    await change();
    expect([gone.seen, other.seen]).toEqual([
      ["n0", "n1"],
      ["n0", "n1", "n2"],
    ]);
  });

  it("resets a NON notification is gone at once", async () => {
    const [gone] = await start({ confirmable: "never" });
    gone.reply = "RST";
    await change();
    expect(ends).toEqual(["10.0.0.2 reset"]);
  });

  it("deregisters is gone at once, and answered", async () => {
    const [gone, other] = await start();
    gone.ask(1);
    await clock.advance(100);
    expect(ends).toEqual(["10.0.0.2 deregistered"]);
    await change();
    expect([gone.seen, other.seen]).toEqual([
      ["n0", "n0"],
      ["n0", "n1"],
    ]);
  });

  it("registers again with the same token has one relation", async () => {
    const [again, other] = await start({ observersPerPeer: 1, observers: 2 });
    again.ask(0);
    await clock.advance(100);
    expect(ends).toEqual(["10.0.0.2 replaced"]);
    expect(notifier.counters).toMatchObject({ relations: 2, registrations: 3, refused: 0 });
    await change();
    expect([again.seen, other.seen]).toEqual([
      ["n0", "n0", "n1"],
      ["n0", "n1"],
    ]);
  });

  it("wants CON (c.con) gets them, whatever the policy is, and nobody else does", async () => {
    const [careful, other] = await start({ confirmable: "never", conditions: true });
    careful.ask(0, "c.con=1");
    await clock.advance(100);
    await change();
    expect([careful.types, other.types]).toEqual([
      ["ACK", "ACK", "CON"],
      ["ACK", "NON"],
    ]);
  });

  it("moves to another port is told there as soon as it registers from it, and the old relation ends by itself", async () => {
    const [moving, other] = await start();
    network.rebind(moving.transport, 4999);
    await change();
    expect(moving.seen).toEqual(["n0"]);
    moving.ask(0);
    await clock.advance(100);
    await change();
    expect(moving.seen).toEqual(["n0", "n1", "n2"]);
    await clock.advance(GIVEN_UP_MS);
    expect(ends).toEqual(["10.0.0.2 timeout"]);
    expect(other.seen).toEqual(["n0", "n1", "n2"]);
    expect(notifier.counters.relations).toBe(2);
  });
});
