import { defineOptions, integer } from "@coapkit/core";

const MEBIBYTE = 1024 * 1024;

/** Options of `nodeCoap`; each holds for one engine, none touches the parameters that npm coap shares in the process. */
export interface NodeCoapOptions {
  /** How long a response may take to travel in the acknowledgement, in milliseconds. RFC 7252 §5.2.1. @defaultValue 50 */
  readonly piggybackMs?: number | undefined;
  /** Bytes of unacknowledged responses that npm coap keeps; beyond it the oldest is no longer retransmitted. @defaultValue 32 MiB */
  readonly coapCacheBytes?: number | undefined;
  /** Largest size exponent of blocks that the server sends: 0 for 16 bytes to 6 for 1024. RFC 7959 §2.2. @defaultValue 6 */
  readonly maxSzx?: number | undefined;
  /** Messages remembered for duplicates; the oldest is forgotten. @defaultValue 65536 */
  readonly replayEntries?: number | undefined;
  /** Bytes of replies remembered for duplicates; the oldest is forgotten. @defaultValue 16 MiB */
  readonly replayBytes?: number | undefined;
  /** Bytes of unfinished bodies, and as many of responses being fetched block by block. @defaultValue 16 MiB */
  readonly transferBytes?: number | undefined;
  /** Unfinished bodies of one peer, in each direction. @defaultValue 16 */
  readonly transfersPerPeer?: number | undefined;
  /** After this time without a block a transfer is forgotten, in milliseconds. @defaultValue 60000 */
  readonly transferIdleMs?: number | undefined;
  /** Observers in all; beyond them a client is answered without Observe. @defaultValue 10000 */
  readonly maxObservers?: number | undefined;
  /** Observers of one peer. @defaultValue 100 */
  readonly maxObserversPerPeer?: number | undefined;
  /** Retransmissions of a client's confirmable request. RFC 7252 §4.8. @defaultValue 4 */
  readonly maxRetransmit?: number | undefined;
  /** How long a client's request waits for the next datagram of its response, in milliseconds. @defaultValue 93000 */
  readonly responseTimeoutMs?: number | undefined;
  /** Largest body of a response that the client takes. @defaultValue 16 MiB */
  readonly responseLimitBytes?: number | undefined;
}

/** Options as the engine uses them, every one set. */
export type NodeCoapSettings = { readonly [K in keyof NodeCoapOptions]-?: NonNullable<NodeCoapOptions[K]> };

/** Reads the options; an unknown key is refused with the list of the known ones. */
export const nodeCoapOptions = defineOptions({
  piggybackMs: integer({ default: 50, max: 60_000 }),
  coapCacheBytes: integer({ default: 32 * MEBIBYTE, min: 1024 }),
  maxSzx: integer({ default: 6, max: 6 }),
  replayEntries: integer({ default: 65_536, min: 1 }),
  replayBytes: integer({ default: 16 * MEBIBYTE }),
  transferBytes: integer({ default: 16 * MEBIBYTE }),
  transfersPerPeer: integer({ default: 16, min: 1 }),
  transferIdleMs: integer({ default: 60_000, min: 1 }),
  maxObservers: integer({ default: 10_000 }),
  maxObserversPerPeer: integer({ default: 100 }),
  maxRetransmit: integer({ default: 4, max: 16 }),
  responseTimeoutMs: integer({ default: 93_000, min: 1 }),
  responseLimitBytes: integer({ default: 16 * MEBIBYTE }),
});
