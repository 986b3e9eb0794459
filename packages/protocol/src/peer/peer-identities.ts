import type { Transport } from "../ports/transport.js";
import type { PeerDirectory, PeerId } from "./peer-directory.js";
import { type PeerView, RemotePeer } from "./remote-peer.js";

/** The peers of an endpoint as applications see them: one object for each, made when somebody asks. */
export class PeerIdentities {
  readonly #peers: PeerDirectory;
  readonly #scheme: Transport["scheme"];
  readonly #view: PeerView;
  readonly #identities: (RemotePeer | undefined)[] = [];

  constructor(peers: PeerDirectory, transport: Pick<Transport, "scheme" | "principalOf">) {
    this.#peers = peers;
    this.#scheme = transport.scheme;
    this.#view = {
      addressOf: (peer) => peers.addressOf(peer),
      portOf: (peer) => peers.portOf(peer),
      sessionOf: (peer) => peers.sessionOf(peer),
      principalOf: (peer) => transport.principalOf?.(peer),
    };
  }

  /** The peer with this number. */
  of(peer: PeerId): RemotePeer {
    const known = this.#identities[peer];
    if (known !== undefined) return known;
    const identity = new RemotePeer(peer, this.#scheme, this.#view);
    this.#identities[peer] = identity;
    return identity;
  }

  /** Whether the peer still has its number, and its session. */
  knows(peer: RemotePeer): boolean {
    return this.#identities[peer.id] === peer && !this.#peers.hasEnded(peer.id);
  }

  /** The number becomes another peer's; whoever holds this one still sees what was last known of it. */
  forget(peer: PeerId): void {
    this.#identities[peer]?.retire();
    this.#identities[peer] = undefined;
  }
}
