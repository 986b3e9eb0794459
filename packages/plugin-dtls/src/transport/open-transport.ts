import type { Logger } from "@coapkit/core";
import {
  type Clock,
  ClosedError,
  type OnBatch,
  PeerDirectory,
  type PeerId,
  type Principal,
  type Timer,
  type Transport,
} from "@coapkit/protocol";
import type { Credentials } from "../credentials/credentials.js";
import type { DtlsEngine } from "../native/dtls-engine.js";
import { Flag } from "../native/scratch-layout.js";
import { type Session, SessionState } from "../sessions/session.js";
import { SessionTable } from "../sessions/session-table.js";
import { ClientHandshakes } from "./client-handshakes.js";
import { addCounters, newTransportCounters } from "./dtls-counters.js";
import type { DtlsSettings } from "./dtls-settings.js";
import { EngineContexts } from "./engine-contexts.js";
import { EngineOutput } from "./engine-output.js";
import { Receiver } from "./receiver.js";
import { type LifeParts, SessionLife } from "./session-life.js";

/** What a DTLS transport is made of. */
export interface DtlsTransportParts {
  /** @throws DtlsUnavailableError */
  readonly loadEngine: () => DtlsEngine;
  /** Carries the records: UDP. */
  readonly socket: Transport;
  readonly role: "server" | "client";
  readonly credentials: Credentials;
  readonly settings: DtlsSettings;
  readonly keyLog: ((line: string) => void) | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Most plaintext of a record: with a connection ID the type takes a byte of it. RFC 6347 §4.1, RFC 9146 §4. */
const MAX_PLAINTEXT_BYTES = 16_383;
/** How long a cookie secret is used; cookies of the one before are valid too. RFC 6347 §4.2.1. */
const COOKIE_SECRET_MS = 300_000;
/** Addresses without session that are known for a moment. */
const STRANGERS = 4_096;

/** A DTLS transport between open and close. */
export class OpenTransport {
  /** Addresses of the socket below. */
  readonly addresses: PeerDirectory;
  readonly #transport: DtlsTransportParts;
  readonly #peers: PeerDirectory;
  readonly #parts: LifeParts;
  readonly #life: SessionLife;
  readonly #clients: ClientHandshakes;
  readonly #receiver: Receiver;
  #cookieTimer: Timer | undefined;

  /** @throws DtlsUnavailableError; ConfigError where the engine refuses the credentials */
  constructor(transport: DtlsTransportParts, peers: PeerDirectory, onBatch: OnBatch) {
    const { clock, keyLog, log, settings, socket } = transport;
    const engine = transport.loadEngine();
    const output = new EngineOutput(socket, onBatch);
    const contexts = new EngineContexts(
      engine,
      output.scratch,
      keyLog === undefined ? {} : { onKeyLog: quiet(keyLog, log) },
    );
    this.#transport = transport;
    this.#peers = peers;
    this.addresses = new PeerDirectory(settings.maxSessions + settings.maxHandshakes + STRANGERS, () => undefined);
    const counters = newTransportCounters();
    const table = new SessionTable(this.addresses);
    this.#parts = { engine, contexts, output, table, addresses: this.addresses, peers, counters, settings, clock, log };
    this.#life = new SessionLife(this.#parts);
    this.#clients = new ClientHandshakes(this.#parts, this.#life);
    this.#receiver = new Receiver(this.#parts, this.#life);
    this.use(transport.credentials);
    if (transport.role === "server") this.#rotateCookiesLater();
  }

  /** For what the socket below receives. */
  get onBatch(): OnBatch {
    return this.#receiver.onBatch;
  }

  get counters(): Readonly<Record<string, number>> {
    const { contexts, counters, output, table } = this.#parts;
    const sum: Record<string, number> = {
      ...contexts.counters,
      sessions: table.established,
      handshakes: table.handshakes,
      waitingRequests: this.#clients.waiting,
    };
    addCounters(sum, counters);
    addCounters(sum, { droppedSends: output.droppedSends });
    return sum;
  }

  /** Takes credentials for handshakes from here on. @throws ConfigError where the engine refuses them */
  use(credentials: Credentials): void {
    this.#parts.contexts.use(credentials, this.#transport.role === "server");
  }

  /** An established session with a host, at an address of the socket below. @throws NetworkError */
  async resolve(host: string, address: PeerId): Promise<PeerId> {
    const session = await this.#clients.sessionWith(host, address);
    const { addresses } = this;
    if (session.state !== SessionState.established) throw new ClosedError(`The session with ${host} ended; try again.`);
    session.peer = this.#peers.internSession(
      session.serial,
      addresses.addressOf(session.address),
      addresses.portOf(session.address),
    );
    return session.peer;
  }

  principalOf(peer: PeerId): Principal | undefined {
    return this.#sessionOf(peer)?.principal;
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    const { clock, counters, engine, output } = this.#parts;
    const session = this.#sessionOf(peer);
    if (session?.state !== SessionState.established || end - start > MAX_PLAINTEXT_BYTES) {
      counters.droppedSends++;
      return;
    }
    if (session.role === "client" && session.unansweredSinceMs === 0) session.unansweredSinceMs = clock.nowMs();
    output.sendFrames(engine.write(session.id, buffer, start, end), session.address);
    if ((output.currentFlags & Flag.failed) !== 0) this.#dropLater(session);
  }

  /** Ends the sessions of some peers. @returns how many */
  endSessions(isMeant: (principal: Principal | undefined) => boolean): number {
    const meant = this.#parts.table.all().filter(({ serial, principal }) => serial !== 0 && isMeant(principal));
    for (const session of meant) this.#life.close(session);
    return meant.length;
  }

  /** Tells all peers, and frees everything. */
  close(): void {
    this.#cookieTimer?.cancel();
    this.#clients.close();
    this.#life.closeAll();
    this.#parts.contexts.close();
  }

  /** All sequence numbers are used up; a session must not end within a send. RFC 6347 §4.1. */
  #dropLater(session: Session): void {
    this.#parts.counters.sessionsFailed++;
    queueMicrotask(() => this.#life.drop(session, () => new ClosedError("The session has no sequence numbers left.")));
  }

  #sessionOf(peer: PeerId): Session | undefined {
    return this.#parts.table.bySerial(this.#peers.sessionOf(peer));
  }

  #rotateCookiesLater(): void {
    this.#cookieTimer = this.#transport.clock.setTimer(COOKIE_SECRET_MS, () => {
      this.#parts.contexts.rotateCookies();
      this.#rotateCookiesLater();
    });
  }
}

/** What the application does with a line must not end a handshake. */
function quiet(keyLog: (line: string) => void, log: Logger): (line: string) => void {
  return (line) => {
    try {
      keyLog(line);
    } catch (err) {
      log.error({ err }, "The key log of DTLS failed");
    }
  };
}
