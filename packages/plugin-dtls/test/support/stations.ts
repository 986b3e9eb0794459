import { type BoundAddress, PeerDirectory, type PeerId } from "@coapkit/protocol";
import { MemoryNetwork, type MemoryNetworkOptions, type MemoryTransport, VirtualClock } from "@coapkit/testing";
import { expect, onTestFinished } from "vitest";
import type { DtlsOptions } from "../../src/dtls-plugin.js";
import type { DtlsCounters } from "../../src/transport/dtls-counters.js";
import type { DtlsTransport } from "../../src/transport/dtls-transport.js";
import { makeTransport } from "./make-transport.js";

export const SERVER = "10.0.0.1";
export const CLIENT = "10.0.0.2";
export const PORT = 5_684;
const CAPACITY = 64;

/** A DTLS transport with what it has received. */
export interface Station {
  readonly transport: DtlsTransport;
  /** The socket below, for datagrams that nobody should send. */
  readonly socket: MemoryTransport;
  readonly bound: BoundAddress;
  readonly peers: PeerDirectory;
  readonly received: { readonly peer: PeerId; readonly text: string }[];
}

/** Stations on a network in memory, in virtual time. When the test has finished, nothing may be left of them. */
export class Stations {
  readonly clock = new VirtualClock(1_000);
  readonly network: MemoryNetwork;
  readonly #open: Station[] = [];

  constructor(conditions: Omit<MemoryNetworkOptions, "clock"> = {}) {
    this.network = new MemoryNetwork({ latencyMs: 5, ...conditions, clock: this.clock });
    onTestFinished(() => this.#close());
  }

  server(options: DtlsOptions): Promise<Station> {
    return this.open(SERVER, PORT, options, "server");
  }

  client(options: DtlsOptions, address = CLIENT, port = 0): Promise<Station> {
    return this.open(address, port, options, "client");
  }

  async open(address: string, port: number, options: DtlsOptions, role: "server" | "client"): Promise<Station> {
    const socket = this.network.transport({ address, port, keepsReceivedBytes: false });
    const transport = makeTransport(socket, options, { clock: this.clock, role });
    const peers = new PeerDirectory(CAPACITY, () => undefined);
    const received: Station["received"] = [];
    const bound = await transport.open(peers, (buffer, index, count) => {
      for (let i = 0; i < count; i++) {
        const [start, end, peer = -1] = index.subarray(3 * i, 3 * i + 3);
        received.push({ peer, text: Buffer.from(buffer.subarray(start, end)).toString() });
      }
    });
    const station = { transport, socket, bound, peers, received };
    this.#open.push(station);
    return station;
  }

  /** Moves time on until a promise is settled. @throws AssertionError after `limitMs` of virtual time */
  async settled<T>(promise: Promise<T>, limitMs = 120_000): Promise<T> {
    let isSettled = false;
    const note = (): void => {
      isSettled = true;
    };
    promise.then(note, note);
    for (let ms = 0; !isSettled && ms < limitMs; ms += 10) await this.clock.advance(10);
    expect(isSettled, `settled within ${limitMs} ms`).toBe(true);
    return promise;
  }

  /** The peer that a client has a session with, after a handshake where there is none. */
  connect(client: Station, host = SERVER, port = PORT): Promise<PeerId> {
    return this.settled(client.transport.resolve(host, port));
  }

  /** Why a client cannot have a session. */
  async failure(client: Station, host = SERVER, port = PORT): Promise<unknown> {
    return this.settled(
      client.transport.resolve(host, port).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
  }

  /** Sends a text, and lets it arrive. */
  async say(from: Station, peer: PeerId, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    from.transport.send(peer, bytes, 0, bytes.length);
    await this.clock.advance(100);
  }

  /** Opens a socket without DTLS. */
  async connectRaw(socket: MemoryTransport): Promise<void> {
    await socket.open(new PeerDirectory(CAPACITY, () => undefined), () => undefined);
  }

  /** Sends bytes below DTLS, and lets them arrive. */
  async sayRaw(from: MemoryTransport, bytes: Uint8Array, host = SERVER, port = PORT): Promise<void> {
    from.send(await from.resolve(host, port), bytes, 0, bytes.length);
    await this.clock.advance(20);
  }

  async #close(): Promise<void> {
    for (const { transport } of this.#open) await transport.close();
    await this.clock.advance(1_000);
    expect(this.clock.pendingTimers, "timers left").toBe(0);
  }
}

export function countersOf({ transport }: Station): DtlsCounters {
  return transport.counters as Readonly<Record<string, number>> & DtlsCounters;
}

export const textsOf = ({ received }: Station): string[] => received.map(({ text }) => text);
