import type { DtlsEngineCounters } from "../native/engine-counters.js";

/** What a transport counts beside its engine. */
export interface TransportCounters {
  /** Established now. */
  readonly sessions: number;
  /** Handshakes under way now. */
  readonly handshakes: number;
  /** Requests that wait for a handshake now. */
  readonly waitingRequests: number;
  /** Handshakes that `handshakeTimeoutMs` has ended. */
  readonly handshakesTimedOut: number;
  /** Of those, the ones in which only Finished was missing. */
  readonly wrongKeysLikely: number;
  /** Sessions ended by close_notify of the peer. */
  readonly sessionsClosedByPeer: number;
  /** Sessions ended by a fatal alert, or for lack of sequence numbers. */
  readonly sessionsFailed: number;
  /** Sessions whose peer began another one at the same address. */
  readonly sessionsReplaced: number;
  /** Sessions ended after `idleExpiryMs` or `idleExpiryWithConnectionIdMs`. */
  readonly sessionsExpired: number;
  /** Least recently used sessions that made room, at `maxSessions`. */
  readonly sessionsEvicted: number;
  /** Peers that went on from another address. RFC 9146 §6. */
  readonly addressChanges: number;
  /** Datagrams from addresses without session that were no ClientHello. */
  readonly droppedStrangers: number;
  /** Datagrams whose session had no room among the endpoint's peers. */
  readonly droppedPeers: number;
  /** Messages that were not sent: the session had ended, they were too long, or the socket was behind. */
  readonly droppedSends: number;
  /** Look-ups of keys that threw, or gave something that is no key. */
  readonly keyLookupFailures: number;
}

/** Totals since the start, and levels, of all `coaps://` sockets of an app. */
export interface DtlsCounters extends DtlsEngineCounters, TransportCounters {}

/** Counters as they are counted. */
export type MutableTransportCounters = {
  -readonly [K in Exclude<keyof TransportCounters, "sessions" | "handshakes" | "waitingRequests">]: number;
} & { handshakesRefused: number };

export function newTransportCounters(): MutableTransportCounters {
  return {
    handshakesRefused: 0,
    handshakesTimedOut: 0,
    wrongKeysLikely: 0,
    sessionsClosedByPeer: 0,
    sessionsFailed: 0,
    sessionsReplaced: 0,
    sessionsExpired: 0,
    sessionsEvicted: 0,
    addressChanges: 0,
    droppedStrangers: 0,
    droppedPeers: 0,
    droppedSends: 0,
    keyLookupFailures: 0,
  };
}

/** Adds counters to a sum. */
export function addCounters(sum: Record<string, number>, counters: object): void {
  for (const [name, value] of Object.entries(counters)) sum[name] = (sum[name] ?? 0) + Number(value);
}

/** All counters at 0, so that each has its name before anything happens. */
export function zeroCounters(): Record<string, number> {
  return {
    ...newTransportCounters(),
    sessions: 0,
    handshakes: 0,
    waitingRequests: 0,
    helloVerifyRequests: 0,
    handshakesStarted: 0,
    handshakesFinished: 0,
    handshakesFailed: 0,
    handshakesAbandoned: 0,
    retransmissions: 0,
    unknownIdentities: 0,
    recordsSent: 0,
    recordsReceived: 0,
    droppedMalformed: 0,
    droppedShort: 0,
    droppedForged: 0,
    droppedReplayed: 0,
    droppedConnectionId: 0,
    droppedUnexpected: 0,
  };
}
