import { isIP } from "node:net";
import type { Clock } from "@coapkit/core";
import type { RandomSource } from "@coapkit/protocol";
import { BindError } from "@coapkit/protocol/udp";
import { type Arrival, Arrivals } from "./arrivals.js";
import { MemoryTransport, type MemoryTransportOptions, type Wire } from "./memory-transport.js";
import { type NetworkConditions, PERFECT, withConditions } from "./network-conditions.js";
import { type Fate, type NetworkDatagram, summarizeDatagram } from "./network-datagram.js";
import { seededRandom } from "./seeded-random.js";

const FIRST_FREE_PORT = 49_152;
const DEFAULT_LOG_LIMIT = 100_000;

/** What a memory network can be told; all conditions of it are those of a perfect one unless they are given. */
export interface MemoryNetworkOptions extends Partial<NetworkConditions> {
  /** Time in which datagrams travel; nothing arrives before it is advanced. */
  readonly clock: Clock;
  /** The same seed gives the same fates. @defaultValue 1 */
  readonly seed?: number | undefined;
  /** Datagrams in `log`; the older half goes when there are more. @defaultValue 100000 */
  readonly logLimit?: number | undefined;
}

/** A bound transport, and the port that others see. */
interface Binding {
  readonly transport: MemoryTransport;
  readonly port: number;
  publicPort: number;
}

/**
 * A network in memory whose faults are repeatable.
 * @example
 * const clock = new VirtualClock();
 * const network = new MemoryNetwork({ clock, loss: 0.2, latencyMs: 20, seed: 7 });
 * const server = network.transport({ address: "10.0.0.1", port: 5683 });
 * const client = network.transport({ address: "10.0.0.2" });
 */
export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #arrivals: Arrivals;
  readonly #bindings = new Map<MemoryTransport, Binding>();
  readonly #names = new Map<string, string>();
  readonly #log: NetworkDatagram[] = [];
  readonly #logLimit: number;
  readonly #wire: Wire;
  #conditions: NetworkConditions;
  #partitions: ReadonlySet<string>[] = [];
  #drops: (datagram: NetworkDatagram) => boolean = () => false;

  /** @throws RangeError for conditions out of range */
  constructor({ clock, seed = 1, logLimit = DEFAULT_LOG_LIMIT, ...conditions }: MemoryNetworkOptions) {
    this.#clock = clock;
    this.#random = seededRandom(seed);
    this.#logLimit = logLimit;
    this.#conditions = withConditions(PERFECT, conditions);
    this.#arrivals = new Arrivals(clock, (to, arrivals) => this.#deliver(to, arrivals));
    this.#wire = {
      bind: (transport, port) => this.#bind(transport, port),
      unbind: (transport) => void this.#bindings.delete(transport),
      addressOf: (host) => this.#names.get(host) ?? (isIP(host) === 0 ? undefined : host),
      carry: (from, address, port, bytes) => this.#carry(from, address, port, bytes),
    };
  }

  /** All datagrams in the order in which they were sent, those that were lost too. */
  get log(): readonly NetworkDatagram[] {
    return this.#log;
  }

  /** How many datagrams have not arrived yet. */
  get inFlight(): number {
    return this.#arrivals.size;
  }

  /** The log as text, one line for each datagram. */
  describe(): string {
    return this.#log.map(summarizeDatagram).join("\n");
  }

  clearLog(): void {
    this.#log.length = 0;
  }

  /** Makes a transport; its address is taken when it opens, which throws `COAPKIT_ERR_BIND` where another one has it. */
  transport(options: MemoryTransportOptions): MemoryTransport {
    if (options.name !== undefined) this.#names.set(options.name, options.address);
    return new MemoryTransport(this.#wire, options);
  }

  /** Changes conditions for what is sent from here on. @throws RangeError for conditions out of range */
  configure(changes: Partial<NetworkConditions>): void {
    this.#conditions = withConditions(this.#conditions, changes);
  }

  /** Drops each datagram for which `predicate` holds, in place of an earlier predicate; without one nothing is dropped. */
  dropWhere(predicate: (datagram: NetworkDatagram) => boolean = () => false): void {
    this.#drops = predicate;
  }

  /** Carries nothing between these addresses and all others, until {@link heal}. */
  partition(...addresses: readonly string[]): void {
    this.#partitions.push(new Set(addresses));
  }

  /** Ends all partitions. */
  heal(): void {
    this.#partitions = [];
  }

  /**
   * Gives a transport another port as peers see it, as a NAT does that forgot a mapping; what is sent to the port before
   * arrives nowhere.
   * @throws BindError where another transport has that port, or this one is not open
   */
  rebind(transport: MemoryTransport, newPort: number): void {
    const { address } = transport.options;
    const binding = this.#bindings.get(transport);
    if (binding === undefined) throw new BindError(address, newPort, "the transport is not open");
    this.#assertFree(address, newPort);
    binding.publicPort = newPort;
  }

  /** Calls off what is under way. */
  clearInFlight(): void {
    this.#arrivals.clear();
  }

  #bind(transport: MemoryTransport, asked: number): number {
    const { address } = transport.options;
    let port = asked === 0 ? FIRST_FREE_PORT : asked;
    while (asked === 0 && this.#at(address, port) !== undefined) port++;
    this.#assertFree(address, port);
    this.#bindings.set(transport, { transport, port, publicPort: port });
    return port;
  }

  #assertFree(address: string, port: number): void {
    if (this.#at(address, port) !== undefined)
      throw new BindError(address, port, "EADDRINUSE, another transport has it");
  }

  #at(address: string, port: number): MemoryTransport | undefined {
    for (const { transport, publicPort } of this.#bindings.values()) {
      if (publicPort === port && transport.options.address === address) return transport;
    }
    return undefined;
  }

  #carry(sender: MemoryTransport, toAddress: string, toPort: number, bytes: Uint8Array): void {
    const { address } = sender.options;
    const port = this.#bindings.get(sender)?.publicPort ?? 0;
    const entry: { -readonly [K in keyof NetworkDatagram]: NetworkDatagram[K] } = {
      atMs: this.#clock.nowMs(),
      from: `${address}:${port}`,
      to: `${toAddress}:${toPort}`,
      bytes,
      fate: "carried",
      copies: 1,
    };
    entry.fate = this.#fateOf(entry, address, toAddress);
    entry.copies = entry.fate !== "carried" ? 0 : this.#happens(this.#conditions.duplication) ? 2 : 1;
    this.#record(entry);
    for (let copy = 0; copy < entry.copies; copy++) {
      const onUnreachable = () => {
        entry.fate = "unreachable";
      };
      this.#arrivals.add(entry.to, this.#delayMs(), { address, port, bytes, onUnreachable });
    }
  }

  #fateOf(datagram: NetworkDatagram, from: string, to: string): Fate {
    if (datagram.bytes.length > this.#conditions.mtuBytes) return "too large";
    if (this.#partitions.some((side) => side.has(from) !== side.has(to))) return "partitioned";
    if (this.#drops(datagram)) return "dropped";
    return this.#happens(this.#conditions.loss) ? "lost" : "carried";
  }

  #happens(probability: number): boolean {
    return probability > 0 && this.#random.fraction() < probability;
  }

  #delayMs(): number {
    const { heldBackMs, jitterMs, latencyMs, reordering } = this.#conditions;
    const jitter = jitterMs > 0 ? Math.floor(this.#random.fraction() * (jitterMs + 1)) : 0;
    return latencyMs + jitter + (this.#happens(reordering) ? heldBackMs : 0);
  }

  #record(datagram: NetworkDatagram): void {
    if (this.#log.length >= this.#logLimit) this.#log.splice(0, Math.ceil(this.#logLimit / 2));
    this.#log.push(datagram);
  }

  #deliver(to: string, arrivals: readonly Arrival[]): void {
    const split = to.lastIndexOf(":");
    const address = to.slice(0, split);
    const port = Number(to.slice(split + 1));
    const receiver = this.#at(address, port);
    let isReached = receiver?.receive(arrivals, false) ?? false;
    for (const { transport, port: bound } of [...this.#bindings.values()]) {
      if (bound !== port || !(transport.options.groups ?? []).includes(address)) continue;
      const own = transport.options.address;
      isReached =
        transport.receive(
          arrivals.filter((arrival) => arrival.address !== own),
          true,
        ) || isReached;
    }
    if (!isReached) for (const arrival of arrivals) arrival.onUnreachable();
  }
}
