import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { ClosedError, type PeerId } from "@coapkit/protocol";
import { keyBytes } from "../credentials/psk-lookup.js";
import type { ConnectOptions } from "../native/context-options.js";
import { Scratch } from "../native/scratch-layout.js";
import type { EngineContext } from "../sessions/engine-context.js";
import { type HandshakeObserver, Session } from "../sessions/session.js";
import { randomOf } from "./client-hello.js";
import { DtlsBusyError, DtlsCredentialsMissingError, DtlsHandshakeYieldedError } from "./handshake-error.js";
import type { LifeParts, SessionLife } from "./session-life.js";

const NOTHING = new Uint8Array(0);
/** How often a handshake may have to wait for one of the other side. */
const MAX_ATTEMPTS = 3;

/** A session that is being made, for those that wait for it. */
interface Pending {
  readonly host: string;
  readonly session: Promise<Session>;
}

/** Sessions for requests of this side: one for each address and set of credentials, made when it is first needed. */
export class ClientHandshakes {
  readonly #parts: LifeParts;
  readonly #life: SessionLife;
  readonly #pending = new Map<PeerId, Pending>();
  #waiting = 0;
  #isClosed = false;

  constructor(parts: LifeParts, life: SessionLife) {
    this.#parts = parts;
    this.#life = life;
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Refuses what comes from here on; what waits is refused by the end of its session. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * An established session with a host.
   * @param address of the socket below, of the host's port
   * @throws NetworkError of the handshake; DtlsBusyError, DtlsCredentialsMissingError without one
   */
  async sessionWith(host: string, address: PeerId): Promise<Session> {
    const { maxWaitingRequests } = this.#parts.settings;
    const known = this.#usable(host, address);
    if (known !== undefined) return known;
    if (this.#waiting >= maxWaitingRequests)
      throw new DtlsBusyError(`${maxWaitingRequests} requests wait for handshakes; wait, or raise maxWaitingRequests.`);
    this.#waiting++;
    this.#parts.addresses.pin(address);
    try {
      return await this.#made(host, address);
    } finally {
      this.#parts.addresses.unpin(address);
      this.#waiting--;
    }
  }

  /** An address has one handshake at a time: another host of the same address has its turn after it. */
  async #made(host: string, address: PeerId): Promise<Session> {
    for (let other = this.#pending.get(address); other !== undefined; other = this.#pending.get(address)) {
      if (other.host === host) return other.session;
      await other.session.catch(() => undefined); // whoever began it is told
    }
    const known = this.#usable(host, address);
    if (known !== undefined) return known;
    const session = this.#begin(host, address).finally(() => this.#pending.delete(address));
    this.#pending.set(address, { host, session });
    return session;
  }

  async #begin(host: string, address: PeerId, attempt = 1): Promise<Session> {
    const { addresses, contexts, table } = this.#parts;
    const port = addresses.portOf(address);
    const options = await contexts.clientCredentials?.connectOptions(host, port);
    const caller = table.callerAt(address);
    if (caller !== undefined && (await this.#proves(caller, host, options))) return caller;
    const { client } = contexts;
    if (options === undefined || client === undefined)
      throw new DtlsCredentialsMissingError(`There are no credentials for ${host} port ${port}; set client of dtls().`);
    if (this.#isClosed) throw new ClosedError("The transport is closed.");
    try {
      return await this.#handshake(client, options, { host, address });
    } catch (error) {
      if (!(error instanceof DtlsHandshakeYieldedError) || attempt === MAX_ATTEMPTS) throw error;
      return this.#begin(host, address, attempt + 1);
    }
  }

  /** After theirs, where they have begun one: it may be what is needed. */
  #handshake(
    client: EngineContext,
    options: ConnectOptions,
    { host, address }: { readonly host: string; readonly address: PeerId },
  ): Promise<Session> {
    return new Promise((resolve, reject) => {
      const theirs = this.#parts.table.handshakeAt(address);
      const again = (): void => reject(new DtlsHandshakeYieldedError());
      if (theirs !== undefined) theirs.observer = { onEstablished: again, onFailed: again };
      else this.#connect(client, options, { host, address, observer: { onEstablished: resolve, onFailed: reject } });
    });
  }

  #connect(
    client: EngineContext,
    options: ConnectOptions,
    {
      host,
      address,
      observer,
    }: { readonly host: string; readonly address: PeerId; readonly observer: HandshakeObserver },
  ): void {
    const { contexts, output } = this.#parts;
    const outputEnd = contexts.connect(client, options);
    output.readHead();
    output.sendFrames(outputEnd, address);
    const session = new Session(output.session, client, "client", address);
    session.host = host;
    session.observer = observer;
    session.clientRandom = randomOf(output.scratch, Scratch.firstFrame + Scratch.frameHead);
    this.#life.begin(session, output.timeoutMs);
  }

  /** A session that this side has begun with the host, if it is alive as far as can be known. */
  #usable(host: string, address: PeerId): Session | undefined {
    const session = this.#parts.table.calledAt(address);
    if (session === undefined || this.#isSilent(session)) return undefined;
    return session.host === host || this.#isAlso(host, session) ? session : undefined;
  }

  /**
   * Whether a peer that has called has shown what a handshake with the host would ask it to show. A certificate has not: it
   * was checked against the authorities of clients.
   */
  async #proves({ principal }: Session, host: string, options: ConnectOptions | undefined): Promise<boolean> {
    const { clientCredentials, lookUpPsk } = this.#parts.contexts;
    if (options === undefined) return isIP(bare(host)) !== 0; // nothing is asked of an address
    if (principal?.source === "psk") {
      const { pskIdentity, pskKey = NOTHING } = options;
      return principal.name === pskIdentity && isSame(keyBytes(await lookUpPsk?.(pskIdentity)), pskKey);
    }
    const accepted = clientCredentials?.context.rawPublicKeys?.acceptedPeers ?? [];
    return principal?.source === "raw-public-key" && accepted.some((key) => isSame(principal.credential, key));
  }

  /** A server that has lost its session says nothing: after a while another handshake costs less than to wait. */
  #isSilent({ unansweredSinceMs }: Session): boolean {
    const { clock, settings } = this.#parts;
    return unansweredSinceMs > 0 && clock.nowMs() - unansweredSinceMs >= settings.renewAfterMs;
  }

  #isAlso(host: string, { principal }: Session): boolean {
    if (principal?.source === "certificate" && principal.credential !== undefined)
      return covers(new X509Certificate(principal.credential), host);
    return this.#parts.contexts.clientCredentials?.isSameForAll ?? false;
  }
}

/** Whether a certificate names a host too. RFC 6125. */
function covers(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}

/** Without its zone. */
function bare(host: string): string {
  return host.split("%", 1)[0] ?? host;
}
