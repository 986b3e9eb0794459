import { randomBytes } from "node:crypto";
import type { Clock, OptionEntry, RequestContext } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { ExpiringMap } from "../limits/expiring-map.js";
import { EchoValues } from "./echo-values.js";

/** How long, and how many. */
export interface FreshnessOptions {
  /** Time in which an Echo value is good, in milliseconds. */
  readonly echoWindowMs: number;
  /** Most values that are remembered as used. */
  readonly usedEchoes: number;
  /** Most peers whose address is known to be theirs. */
  readonly verifiedPeers: number;
  /** How long it is known, in milliseconds. */
  readonly verifiedPeerMs: number;
}

/** Runs the Echo exchange: whether requests are fresh, and peers where they say they are. RFC 9175 §2. */
export class Freshness {
  readonly #options: FreshnessOptions;
  readonly #clock: Clock;
  readonly #values: EchoValues;
  readonly #used: ExpiringMap<true>;
  readonly #peers: ExpiringMap<true>;

  constructor(options: FreshnessOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#values = new EchoValues(randomBytes(32), options.echoWindowMs);
    this.#used = new ExpiringMap(options.usedEchoes);
    this.#peers = new ExpiringMap(options.verifiedPeers);
  }

  get levels() {
    const { size: verifiedPeers, evicted: verifiedPeersEvicted } = this.#peers;
    return { usedEchoes: this.#used.size, verifiedPeers, verifiedPeersEvicted };
  }

  /** An Echo option for the peer of a request. */
  challenge({ peer }: RequestContext): OptionEntry {
    return { number: OptionNumber.Echo, value: this.#values.make(peer.key, this.#clock.nowMs()) };
  }

  /** Whether a request is fresh; its Echo value is used up by it. While all room for used values is taken, none is. */
  use({ request, peer }: RequestContext): boolean {
    const nowMs = this.#clock.nowMs();
    const value = request.options.bytes(OptionNumber.Echo);
    if (value === undefined || !this.#values.isFresh(value, peer.key, nowMs)) return false;
    const key = Buffer.from(value).toString("base64");
    if (this.#used.has(key, nowMs)) return false;
    return this.#used.set(key, true, nowMs + this.#options.echoWindowMs + 1, nowMs, false);
  }

  /** Whether whoever sends from this address gets what is sent there. A handshake of the transport has shown it. */
  isReachable({ request, peer }: RequestContext): boolean {
    if (peer.scheme !== "coap" || peer.principal !== undefined) return true;
    const nowMs = this.#clock.nowMs();
    if (this.#peers.get(peer.key, nowMs) === true) return true;
    if (!this.#values.isFresh(request.options.bytes(OptionNumber.Echo), peer.key, nowMs)) return false;
    return this.#peers.set(peer.key, true, nowMs + this.#options.verifiedPeerMs, nowMs);
  }
}
