/** Why a client's interest in notifications ended. RFC 7641 §3.6, §4.2, §4.5. */
export const InterestLostReason = {
  /** The client rejected a notification with Reset. RFC 7641 §3.6. */
  Reset: "reset",
  /** The client deregistered: Observe 1. RFC 7641 §3.6. */
  Deregistered: "deregistered",
  /** The client sent a registration anew with the same token, which took the place of this one. RFC 7641 §4.1. */
  Replaced: "replaced",
  /** A confirmable notification to the client was not acknowledged in time. RFC 7641 §4.5. */
  Timeout: "timeout",
  /** The server ended it: with a notification that is no success, or without one. RFC 7641 §4.2. */
  Ended: "ended",
  /** The engine needed the room. This package's endpoint does not: it refuses new observers. */
  Evicted: "evicted",
  /** The client's session or connection ended. */
  SessionEnded: "session-ended",
  /** The endpoint closes. */
  Closed: "closed",
} as const;

/** One of the reasons. */
export type InterestLostReason = (typeof InterestLostReason)[keyof typeof InterestLostReason];
