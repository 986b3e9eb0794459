import { Endpoint, type EndpointOptions, type ServerExchange } from "@coapkit/protocol";
import {
  MemoryNetwork,
  type MemoryTransport,
  type NetworkConditions,
  seededRandom,
  VirtualClock,
} from "@coapkit/testing";
import { expect } from "vitest";

/** Faults beside loss that every run has. */
export const FAULTS = { duplication: 0.1, reordering: 0.1, heldBackMs: 500, latencyMs: 20, jitterMs: 30 } as const;

/** Counters that are 0 when nothing is under way. */
const LEVELS = [
  "openExchanges",
  "observers",
  "unacknowledged",
  "queued",
  "pendingRequests",
  "observations",
  "uploads",
  "uploadBytes",
  "representations",
  "representationBytes",
] as const;

const SERVER = "10.0.0.1";
const PORT = 5683;
/** Longer than anything is remembered: EXCHANGE_LIFETIME and some. */
const AFTERMATH_MS = 600_000;

/** An endpoint of the world, with its transport. */
export interface Station {
  readonly endpoint: Endpoint;
  readonly transport: MemoryTransport;
}

/** One server and some clients on a network whose faults are repeatable. */
export class LossyWorld {
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  readonly serverAddress = SERVER;
  readonly #seed: number;
  readonly #stations: Station[] = [];

  constructor(seed: number, conditions: Partial<NetworkConditions>) {
    this.#seed = seed;
    this.network = new MemoryNetwork({ clock: this.clock, seed, ...conditions, logLimit: 10_000 });
  }

  serve(onRequest: (exchange: ServerExchange) => void, options?: Partial<EndpointOptions>): Promise<Station> {
    return this.#open(SERVER, PORT, { ...options, onRequest });
  }

  client(index = 0, options?: Partial<EndpointOptions>): Promise<Station> {
    return this.#open(`10.0.1.${index + 1}`, 0, options);
  }

  /** Target of requests to the server. */
  at(...path: readonly string[]) {
    return { uri: { scheme: "coap", host: SERVER, port: PORT, path, query: [] } } as const;
  }

  /** Moves time on until a promise has settled. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const watched = promise.finally(() => {
      isSettled = true;
    });
    watched.catch(() => undefined);
    await this.clock.advance(0);
    while (!isSettled) {
      const { nextTimerMs } = this.clock;
      if (nextTimerMs === undefined) throw new Error("Something waits, but no timer is set.");
      await this.clock.advance(nextTimerMs);
    }
    return watched;
  }

  /** Lets everything be forgotten, and expects that nothing is left: no level, no timer, no datagram. */
  async end(): Promise<void> {
    await this.clock.advance(AFTERMATH_MS);
    for (const { endpoint, transport } of this.#stations) {
      const { counters } = endpoint;
      const levels = Object.fromEntries(LEVELS.map((name) => [name, counters[name]]));
      expect(levels, transport.options.address).toEqual(Object.fromEntries(LEVELS.map((name) => [name, 0])));
    }
    expect([this.network.inFlight, this.clock.pendingTimers]).toEqual([0, 0]);
    for (const { endpoint } of this.#stations) await endpoint.close();
    expect(this.clock.pendingTimers).toBe(0);
  }

  async #open(address: string, port: number, options: Partial<EndpointOptions> = {}): Promise<Station> {
    const transport = this.network.transport({ address, port, keepsReceivedBytes: false });
    const random = seededRandom(this.#seed * 1_000 + this.#stations.length);
    const endpoint = new Endpoint({ ...options, transport, clock: this.clock, random });
    await endpoint.open();
    const station = { endpoint, transport };
    this.#stations.push(station);
    return station;
  }
}
