import type { CoapScheme } from "../uri/coap-uri.js";
import type { PeerId } from "./peer-directory.js";
import type { Principal } from "./principal.js";

/** Where a peer's present state can be read. */
export interface PeerView {
  addressOf(peer: PeerId): string;
  portOf(peer: PeerId): number;
  sessionOf(peer: PeerId): number;
  principalOf(peer: PeerId): Principal | undefined;
}

/** Whom a message came from, or goes to: a valid target for requests over the same socket. */
export class RemotePeer {
  /**
   * Equal exactly when two messages may belong together: remote address and port, and where the transport has sessions
   * `#` and the number of the session. It stays when a session moves to another address.
   */
  readonly key: string;
  /** Whether it is known by a session or connection, not by its address. */
  readonly hasSession: boolean;
  #view: PeerView;

  /** @internal */
  constructor(
    /** Number in the endpoint's directory; means nothing once the peer is forgotten. */
    readonly id: PeerId,
    readonly scheme: CoapScheme,
    view: PeerView,
  ) {
    this.#view = view;
    const session = view.sessionOf(id);
    const { address, port } = this;
    const origin = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    this.hasSession = session !== 0;
    this.key = session === 0 ? origin : `${origin}#${session}`;
  }

  /** Remote address in text form, without brackets; it changes when a session moves. */
  get address(): string {
    return this.#view.addressOf(this.id);
  }

  get port(): number {
    return this.#view.portOf(this.id);
  }

  /** Who the peer is, as its transport has verified it; `undefined` where nothing was verified. */
  get principal(): Principal | undefined {
    return this.#view.principalOf(this.id);
  }

  /** Keeps what is known: the number becomes another peer's. @internal */
  retire(): void {
    const { address, port, principal } = this;
    this.#view = { addressOf: () => address, portOf: () => port, sessionOf: () => 0, principalOf: () => principal };
  }
}
