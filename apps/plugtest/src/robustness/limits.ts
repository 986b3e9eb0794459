import type { NativeEngineOptions } from "@coapkit/core";

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** What the engine holds at most; together well below the 64 MiB by which the process may grow. */
export const ENGINE_LIMITS = {
  ackTimeoutMs: 250,
  maxRetransmit: 3,
  nstart: 1,
  observers: 1_000,
  observersPerPeer: 100,
  bodiesBytes: 16 * MIB,
  representationsBytes: 4 * MIB,
  peers: 16_384,
  messageWindowBytes: 4 * MIB,
  replyBytes: 4 * MIB,
  safeReplyBytes: 2 * MIB,
} as const satisfies NativeEngineOptions;

/** What the app allows. */
export const APP_LIMITS = {
  bodyLimitBytes: 256 * KIB,
  handlerTimeoutMs: 3_000,
  /** Granted twice at the end: to handlers, then to the engine; 5 s is all there is. */
  drainTimeoutMs: 1_750,
} as const;

/** Largest body of `/upload`. */
export const UPLOAD_LIMIT_BYTES = MIB;
/** Levels of arrays and objects in a decoded value. */
export const MAX_DEPTH = 64;
