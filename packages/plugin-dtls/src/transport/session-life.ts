import type { Logger } from "@coapkit/core";
import {
  type Clock,
  ClosedError,
  type NetworkError,
  NO_PEER,
  type PeerDirectory,
  type PeerId,
} from "@coapkit/protocol";
import { principalOf } from "../credentials/principal-of.js";
import { readIdentity } from "../credentials/psk-lookup.js";
import type { DtlsEngine } from "../native/dtls-engine.js";
import { EndReason, Flag, NO_TIMEOUT, TIMEOUT_UNCHANGED } from "../native/scratch-layout.js";
import { AddressQuota } from "../sessions/address-quota.js";
import { IdleSessions } from "../sessions/idle-sessions.js";
import { type Session, SessionState } from "../sessions/session.js";
import type { SessionTable } from "../sessions/session-table.js";
import { TimerWheel } from "../sessions/timer-wheel.js";
import type { MutableTransportCounters } from "./dtls-counters.js";
import type { DtlsSettings } from "./dtls-settings.js";
import type { EngineContexts } from "./engine-contexts.js";
import type { EngineOutput } from "./engine-output.js";
import { endError, timeoutError } from "./handshake-error.js";
import { KeyLookups } from "./key-lookups.js";
import { nameOf, placeOf } from "./session-place.js";

/** What the sessions of a transport live on. */
export interface LifeParts {
  readonly engine: DtlsEngine;
  readonly contexts: EngineContexts;
  readonly output: EngineOutput;
  readonly table: SessionTable;
  /** Addresses of the socket below. */
  readonly addresses: PeerDirectory;
  /** Peers of the endpoint above. */
  readonly peers: PeerDirectory;
  readonly counters: MutableTransportCounters;
  readonly settings: DtlsSettings;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Flags after which a session is not as it was. */
const EVENTS = Flag.established | Flag.closed | Flag.failed | Flag.keyNeeded;

const NO_IDENTITY = new Uint8Array(0);

const closedEarly = (): NetworkError =>
  new ClosedError("The session was closed before its handshake was finished; try again.");

/** How sessions begin, go on and end. */
export class SessionLife {
  readonly quota: AddressQuota;
  readonly #parts: LifeParts;
  readonly #wheel: TimerWheel;
  readonly #idle: IdleSessions;
  readonly #keys: KeyLookups;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    this.#keys = new KeyLookups(parts, (session, key) => this.#resume(session, key));
    this.quota = new AddressQuota(parts.settings.maxHandshakesPerAddress);
    this.#wheel = new TimerWheel(parts.clock, (session) => this.#onDue(session));
    this.#idle = new IdleSessions(parts.clock, parts.settings, (session) => {
      parts.counters.sessionsExpired++;
      this.close(session);
    });
  }

  /** Takes up a session that the engine has made; its output has been read. */
  begin(session: Session, timeoutMs: number): void {
    const { addresses, clock, settings, table } = this.#parts;
    session.deadlineMs = clock.nowMs() + settings.handshakeTimeoutMs;
    session.context.sessions++;
    table.add(session);
    this.quota.take(addresses.addressOf(session.address));
    this.#schedule(session, timeoutMs);
  }

  /**
   * Acts on what the engine says after a call for a session.
   * @param address where the datagram came from
   * @returns the flags
   */
  advance(session: Session, end: number, address: PeerId): number {
    const { output } = this.#parts;
    output.readHead();
    const { flags } = output;
    if ((flags & Flag.authenticated) !== 0 && session.state === SessionState.established) {
      if (address !== session.address && (flags & Flag.newest) !== 0) this.#move(session, address);
      this.#idle.touch(session);
      session.unansweredSinceMs = 0;
    }
    output.readFrames(end, session.address);
    if ((flags & EVENTS) === 0 && session.state === SessionState.established) {
      if (output.plaintexts > 0) this.#deliver(session);
    } else this.#turn(session);
    return flags;
  }

  /** Ends a session and tells its peer. */
  close(session: Session): void {
    const { engine, output } = this.#parts;
    if (session.state === SessionState.ended) return;
    output.sendFrames(engine.close(session.id), session.address);
    this.drop(session, closedEarly);
  }

  /** Ends a session in silence. @param reason makes the error for whoever waits for the handshake: mostly nobody does */
  drop(session: Session, reason: () => NetworkError): void {
    const { addresses, contexts, engine, peers, table } = this.#parts;
    const { address, observer, serial, state } = session;
    if (state === SessionState.ended) return;
    session.state = SessionState.ended; // from here on nothing is sent, also by those who are told
    if (state === SessionState.established) this.#idle.remove(session);
    else this.#endHandshake(session, addresses.addressOf(address));
    if (serial !== 0 && peers.sessionOf(session.peer) === serial) peers.endSession(session.peer);
    engine.free(session.id);
    table.remove(session);
    contexts.release(session.context);
    session.observer = undefined;
    observer?.onFailed(reason());
  }

  /** Closes every session, and stops all timers. */
  closeAll(): void {
    for (const session of this.#parts.table.all()) this.close(session);
    this.#wheel.stop();
    this.#idle.stop();
  }

  /** What is not done on the path of a plain record. The output of the engine is gone once anything is delivered. */
  #turn(session: Session): void {
    const { flags, timeoutMs, endReason, alert, plaintexts, pskIdentity } = this.#parts.output;
    if ((flags & Flag.established) !== 0) this.#establish(session);
    if (plaintexts > 0 && session.state === SessionState.established) this.#deliver(session);
    if (session.state === SessionState.ended) return; // by now; a handler may do that too
    if ((flags & (Flag.closed | Flag.failed)) !== 0) this.#onEnd(session, endReason, alert);
    else if (session.state === SessionState.handshaking) {
      this.#schedule(session, timeoutMs);
      if ((flags & Flag.keyNeeded) !== 0) this.#keys.find(session, pskIdentity ?? NO_IDENTITY);
    }
  }

  #establish(session: Session): void {
    const { addresses, engine, log, peers, table } = this.#parts;
    const info = engine.info(session.id);
    const { address, observer } = session;
    this.#endHandshake(session, addresses.addressOf(address));
    session.principal = principalOf(info);
    session.hasConnectionId = (info.connectionId?.length ?? 0) > 0;
    const before = table.establish(session);
    session.peer = peers.internSession(session.serial, addresses.addressOf(address), addresses.portOf(address));
    this.#idle.add(session);
    session.observer = undefined;
    session.clientRandom = undefined;
    if (before !== undefined) this.#replace(before, session);
    this.#makeRoom();
    if (log.isLevelEnabled("debug")) {
      const { cipherSuite, role } = info;
      const { name, source } = session.principal ?? {};
      log.debug(
        { ...placeOf(addresses, session), role, cipherSuite, principal: name, source },
        "DTLS session established",
      );
    }
    observer?.onEstablished(session);
  }

  /**
   * RFC 6347 §4.2.8: the peer has started again, or its address is another one's now. With a connection ID the older session
   * may go on from elsewhere, unless the peer is the same.
   */
  #replace(before: Session, after: Session): void {
    const isSame =
      before.principal?.source === after.principal?.source && before.principal?.name === after.principal?.name;
    if (before.hasConnectionId && !isSame) return;
    this.#parts.counters.sessionsReplaced++;
    this.drop(before, () => new ClosedError("The peer began another session."));
  }

  #makeRoom(): void {
    const { counters, settings, table } = this.#parts;
    while (table.established > settings.maxSessions) {
      counters.sessionsEvicted++;
      this.close(this.#idle.leastRecentlyUsed() as Session);
    }
  }

  #deliver(session: Session): void {
    const { addresses, counters, output, peers } = this.#parts;
    const { address, serial } = session;
    const peer = peers.internSession(serial, addresses.addressOf(address), addresses.portOf(address));
    if (peer === NO_PEER) {
      counters.droppedPeers++;
      return;
    }
    session.peer = peer;
    output.deliver(peer);
  }

  #move(session: Session, address: PeerId): void {
    const { addresses, counters, peers, table } = this.#parts;
    table.move(session, address);
    counters.addressChanges++;
    if (peers.sessionOf(session.peer) === session.serial)
      peers.move(session.peer, addresses.addressOf(address), addresses.portOf(address));
  }

  #resume(session: Session, key: Uint8Array | undefined): void {
    if (session.state !== SessionState.handshaking) return; // its time is over
    this.advance(session, this.#parts.engine.resume(session.id, key), session.address);
  }

  #schedule(session: Session, timeoutMs: number): void {
    if (timeoutMs === NO_TIMEOUT) session.retransmitAtMs = Number.POSITIVE_INFINITY;
    else if (timeoutMs !== TIMEOUT_UNCHANGED) session.retransmitAtMs = this.#parts.clock.nowMs() + timeoutMs;
    this.#wheel.schedule(session, Math.min(session.retransmitAtMs, session.deadlineMs));
  }

  #onDue(session: Session): void {
    const { clock, engine } = this.#parts;
    const nowMs = clock.nowMs();
    if (nowMs >= session.deadlineMs) return this.#onTimeout(session);
    session.retransmitAtMs = Number.POSITIVE_INFINITY;
    this.advance(session, engine.timeout(session.id), session.address);
  }

  #onTimeout(session: Session): void {
    const { addresses, counters, engine, log, settings } = this.#parts;
    const { pskIdentity, stage } = engine.info(session.id);
    counters.handshakesTimedOut++;
    if (stage === "finished") counters.wrongKeysLikely++;
    const identity = pskIdentity && readIdentity(pskIdentity);
    log.info({ ...placeOf(addresses, session), role: session.role, stage, identity }, "DTLS handshake timed out");
    this.drop(session, () => timeoutError(nameOf(addresses, session), stage, settings.handshakeTimeoutMs));
  }

  #onEnd(session: Session, reason: EndReason, alert: number): void {
    const { addresses, counters, log } = this.#parts;
    if (session.state === SessionState.established) {
      if (reason === EndReason.closedByPeer) counters.sessionsClosedByPeer++;
      else counters.sessionsFailed++;
    } else log.info({ ...placeOf(addresses, session), role: session.role, reason, alert }, "DTLS handshake failed");
    this.drop(session, () => endError(nameOf(addresses, session), reason, alert));
  }

  #endHandshake(session: Session, address: string): void {
    this.#wheel.cancel(session);
    this.quota.giveBack(address);
  }
}
