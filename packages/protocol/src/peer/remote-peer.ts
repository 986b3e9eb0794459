import type { CoapScheme } from "../uri/coap-uri.js";
import type { PeerId } from "./peer-directory.js";

/** Whom a message came from, or goes to: a valid target for requests over the same socket. */
export class RemotePeer {
  /** Equal exactly when two messages may belong together: remote address and port. */
  readonly key: string;

  constructor(
    /** Number in the endpoint's directory; means nothing once the peer is forgotten. */
    readonly id: PeerId,
    readonly scheme: CoapScheme,
    /** Remote address in text form, without brackets. */
    readonly address: string,
    readonly port: number,
  ) {
    this.key = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  }
}
