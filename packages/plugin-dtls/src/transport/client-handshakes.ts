import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { ClosedError, type PeerId } from "@coapkit/protocol";
import type { EngineContext } from "../sessions/engine-context.js";
import { type HandshakeObserver, Session } from "../sessions/session.js";
import { DtlsBusyError, DtlsCredentialsMissingError } from "./handshake-error.js";
import type { LifeParts, SessionLife } from "./session-life.js";

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

  async #begin(host: string, address: PeerId): Promise<Session> {
    const { addresses, contexts } = this.#parts;
    const port = addresses.portOf(address);
    const options = await contexts.clientCredentials?.connectOptions(host, port);
    const { client } = contexts;
    if (options === undefined || client === undefined)
      throw new DtlsCredentialsMissingError(`There are no credentials for ${host} port ${port}; set client of dtls().`);
    if (this.#isClosed) throw new ClosedError("The transport is closed.");
    const accepted = this.#parts.table.handshakeAt(address); // theirs: ours goes first
    if (accepted !== undefined) this.#life.drop(accepted, new ClosedError("This side began a handshake of its own."));
    return new Promise((resolve, reject) => {
      const observer: HandshakeObserver = { onEstablished: resolve, onFailed: reject };
      this.#connect(client, contexts.connect(client, options), { host, address, observer });
    });
  }

  #connect(
    client: EngineContext,
    outputEnd: number,
    { host, address, observer }: { host: string; address: PeerId; observer: HandshakeObserver },
  ): void {
    const { output } = this.#parts;
    output.readHead();
    output.sendFrames(outputEnd, address);
    const session = new Session(output.session, client, "client", address);
    session.host = host;
    session.observer = observer;
    this.#life.begin(session, output.timeoutMs);
  }

  /** The session at an address, if it is with this host as far as can be known, and alive as far as can be known. */
  #usable(host: string, address: PeerId): Session | undefined {
    const session = this.#parts.table.establishedAt(address);
    if (session === undefined || this.#isSilent(session)) return undefined;
    if (session.role === "server") return isIP(unzoned(host)) === 0 ? undefined : session;
    return session.host === host || this.#isAlso(host, session) ? session : undefined;
  }

  /** A server that has lost its session says nothing: after a while another handshake costs less than to wait. */
  #isSilent({ role, unansweredSinceMs }: Session): boolean {
    const { clock, settings } = this.#parts;
    return role === "client" && unansweredSinceMs > 0 && clock.nowMs() - unansweredSinceMs >= settings.renewAfterMs;
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

function unzoned(host: string): string {
  return host.split("%", 1)[0] ?? host;
}
