/**
 * Layout of a context's scratch buffer, little-endian. Every call that returns an offset first writes the header, then
 * frames up to that offset; the next call on any session of the context overwrites both.
 */
export const Scratch = {
  /** Offset of the flags, 4 bytes; see {@link Flag}. */
  flags: 0,
  /** Offset of the time until `timeout` is due, in milliseconds, 4 bytes; or {@link NO_TIMEOUT}, {@link TIMEOUT_UNCHANGED}. */
  timeoutMs: 4,
  /** Offset of the session's number, 4 bytes: the new one after `listen` accepted, else that of the call. */
  session: 8,
  /** Offset of why the session ended, 1 byte; see {@link EndReason}. */
  endReason: 12,
  /** Offset of the alert that ended the session, 1 byte, as in RFC 5246 §7.2; 0: close_notify or none. */
  alert: 13,
  /** Offset of the first frame: kind (1 byte), 0 (1 byte), length (2 bytes), then so many bytes. */
  firstFrame: 16,
  /** Bytes of the head of a frame. */
  frameHead: 4,
} as const;

/** Fewest bytes of a scratch buffer. */
export const SCRATCH_BYTES_MIN = 131_072;

/** Value of `timeoutMs` where nothing waits: the session's timer is to be stopped. */
export const NO_TIMEOUT = 0xffff_ffff;

/** Value of `timeoutMs` where the session's timer, if there is one, runs on. */
export const TIMEOUT_UNCHANGED = 0xffff_fffe;

/** What a frame of the scratch buffer holds. */
export const FrameKind = {
  /** Plaintext of one application record. May be empty. */
  plaintext: 0,
  /** A datagram to send to the peer. */
  datagram: 1,
  /** The identity that a client claims, with `Flag.keyNeeded`. Bytes as sent: it need not be UTF-8. */
  pskIdentity: 2,
} as const;

/** Bits of the flags: what happened in the call. */
export const Flag = {
  /** The handshake is finished: `info` is complete, `write` works. */
  established: 1 << 0,
  /** The peer closed the session, or `close` did. Send what is there, then `free` it. */
  closed: 1 << 1,
  /** The session ended otherwise; `endReason` and `alert` say why. Send what is there, then `free` it. */
  failed: 1 << 2,
  /** `listen` made a session: the client has proved its address. */
  accepted: 1 << 3,
  /** Look the identity up, then call `resume`; until then datagrams to the session are kept or dropped. */
  keyNeeded: 1 << 4,
  /** At least one record was authentic and not a replay. */
  authenticated: 1 << 5,
  /** An authentic record is also the newest so far: the peer's address may be moved to its source. RFC 9146 §6. */
  newest: 1 << 6,
  /** The datagram starts another handshake: give it to `listen`. The session stays as it is. RFC 6347 §4.2.8. */
  clientHello: 1 << 7,
  /** Frames are missing, as the scratch buffer is too small. */
  overflow: 1 << 8,
} as const;

/** Why a session ended. */
export const EndReason = {
  none: 0,
  /** close_notify of the peer. */
  closedByPeer: 1,
  /** `close` was called. */
  closedLocally: 2,
  /** A fatal alert of the peer; `alert` is its description. */
  alertReceived: 3,
  /** The peer's handshake was refused, or too many records were forged (alert 20); `alert` is what it was told. */
  alertSent: 4,
  /** The peer's certificate or public key was not accepted; `alert` is what it was told. */
  peerNotTrusted: 5,
  /** 2^48 - 1 records were sent: connect again. RFC 6347 §4.1. */
  sequenceExhausted: 6,
  /** OpenSSL failed without an alert, such as for lack of memory. */
  internal: 7,
} as const;

/** One of {@link EndReason}. */
export type EndReason = (typeof EndReason)[keyof typeof EndReason];
