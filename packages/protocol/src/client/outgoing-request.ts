import type { BlockSource } from "../block/block2-source.js";
import type { OptionEntry } from "../option/encode-options.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { CoapUri } from "../uri/coap-uri.js";

/** A target by its URI, whose host is looked up. */
export interface UriTarget {
  readonly uri: CoapUri;
}

/** A target that is known already, such as a peer that called us: reached over the same socket, also through a NAT. */
export interface PeerTarget {
  readonly peer: RemotePeer;
  /** Values of Uri-Path. @defaultValue none: the root */
  readonly path?: readonly string[] | undefined;
  /** Values of Uri-Query. @defaultValue none */
  readonly query?: readonly string[] | undefined;
}

/** Whom a request goes to, and for which resource. */
export type RequestTarget = UriTarget | PeerTarget;

/** A request beside its target. */
export interface RequestSettings {
  /** Method code byte, 0.01 to 0.31. RFC 7252 §5.8. */
  readonly method: number;
  /** Send as CON or NON. @defaultValue true */
  readonly confirmable?: boolean | undefined;
  /** Options beside those of the target, and beside Observe, Echo, Request-Tag and those of blocks. */
  readonly options?: readonly OptionEntry[] | undefined;
  /** Body of any size; what exceeds a block goes block by block (RFC 7959 §2.5). A text is sent as UTF-8. */
  readonly payload?: Uint8Array | string | BlockSource | undefined;
  /** Register for notifications (RFC 7641): the iterable goes on until it is left or the server ends it. */
  readonly observe?: boolean | undefined;
  /** Hand responses on block by block as they come, each when it is asked for, instead of in one piece. */
  readonly stream?: boolean | undefined;
  /** Block size in bytes, 16 to 1024, for the request and to ask of the server. @defaultValue `blockBytes` of the endpoint */
  readonly blockBytes?: number | undefined;
  /** Largest body of a response, in bytes. @defaultValue `responseLimitBytes` of the endpoint; none with `stream` */
  readonly responseLimitBytes?: number | undefined;
  /** See `EndpointOptions.responseTimeoutMs`. @defaultValue the endpoint's */
  readonly responseTimeoutMs?: number | undefined;
}

/** A request to send as a client. */
export type OutgoingRequest = RequestTarget & RequestSettings;
