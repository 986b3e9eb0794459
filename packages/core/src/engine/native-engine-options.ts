import { DEFAULT_LIMITS } from "@coapkit/protocol";
import { boolean, defineOptions, integer, type OptionSpec, text } from "../schema/define-options.js";

const LARGEST_BLOCK_BYTES = 1_024;
const MIB = 1_048_576;

/** Room for the largest message, with its head. */
const SMALLEST_RING_BYTES = 65_536;
const LARGEST_RING_BYTES = 256 * MIB;

/** Size of a ring of replies. */
function ringBytes(bytes: number): OptionSpec<number, number> {
  return {
    allowed: `a power of two from ${SMALLEST_RING_BYTES} to ${LARGEST_RING_BYTES}`,
    fallback: bytes,
    accepts: (value) =>
      typeof value === "number" &&
      Number.isInteger(Math.log2(value)) &&
      value >= SMALLEST_RING_BYTES &&
      value <= LARGEST_RING_BYTES,
  };
}

/** How `nativeEngine` reads its options; the README of core has the table. */
export const nativeEngineOptions = defineOptions({
  ackTimeoutMs: integer({ default: 2_000, min: 1, max: 600_000 }),
  maxRetransmit: integer({ default: 4, min: 0, max: 20 }),
  nstart: integer({ default: 1, min: 1, max: 65_535 }),
  probingRateBytesPerS: integer({ default: 1 }),
  nonNotificationIntervalMs: integer({ default: 3_000, min: 0, max: 600_000 }),
  piggybackMs: integer({ default: 100, min: 0, max: 60_000 }),
  blockBytes: integer({ default: LARGEST_BLOCK_BYTES, min: 16, max: LARGEST_BLOCK_BYTES }),
  peers: integer({ default: DEFAULT_LIMITS.peers, min: 1, max: MIB }),
  messageWindowBytes: integer({ default: DEFAULT_LIMITS.messageWindowBytes }),
  replyBytes: ringBytes(DEFAULT_LIMITS.replyBytes),
  safeReplyBytes: ringBytes(DEFAULT_LIMITS.safeReplyBytes),
  observers: integer({ default: DEFAULT_LIMITS.observers }),
  observersPerPeer: integer({ default: DEFAULT_LIMITS.observersPerPeer }),
  bodiesBytes: integer({ default: DEFAULT_LIMITS.bodiesBytes }),
  bodiesPerPeer: integer({ default: DEFAULT_LIMITS.bodiesPerPeer, min: 1 }),
  bodyIdleMs: integer({ default: DEFAULT_LIMITS.bodyIdleMs, min: 1 }),
  streamedUploads: integer({ default: DEFAULT_LIMITS.streamedUploads }),
  representationsBytes: integer({ default: DEFAULT_LIMITS.representationsBytes }),
  separateResponses: integer({ default: DEFAULT_LIMITS.separateResponses }),
  separateResponsesPerPeer: integer({ default: DEFAULT_LIMITS.separateResponsesPerPeer }),
  requests: integer({ default: DEFAULT_LIMITS.requests, min: 1 }),
  responseTimeoutMs: integer({ default: 93_000, min: 1, max: 2_147_483_647 }),
  responseLimitBytes: integer({ default: MIB }),
  multicast: boolean({ default: false }),
  multicastInterface: text({ default: undefined }),
  leisureMs: integer({ default: 5_000, max: 600_000 }),
  groupResponses: integer({ default: DEFAULT_LIMITS.groupResponses }),
  receiveBufferBytes: integer({ default: 4 * MIB, min: 1 }),
});
