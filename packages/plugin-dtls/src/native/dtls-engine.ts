import type { ConnectOptions, DtlsContextOptions } from "./context-options.js";
import type { DtlsEngineCounters } from "./engine-counters.js";
import type { DtlsSessionInfo } from "./session-info.js";

/** Number of a context, from `createContext` to `destroyContext`. */
export type DtlsContextId = number;

/** Number of a session, positive and below 2^30, from `listen` or `connect` to `free`; used again much later. */
export type DtlsSessionId = number;

/** What the engine calls; it must not call the engine. */
export interface DtlsCallbacks {
  /**
   * One line for a key log file (`SSLKEYLOGFILE`), without line end: whoever reads it can read the session.
   * @defaultValue no key log
   */
  readonly onKeyLog?: (line: string) => void;
}

/**
 * DTLS 1.2 without sockets, timers or clock: datagrams go in, plaintext and datagrams come out. All calls are
 * synchronous and belong to one thread.
 *
 * Calls that return a number write header and frames to the context's scratch buffer ({@link Scratch}) and return the
 * offset of the end. Bytes of a peer never make a call throw. A number of no context or session, a wrong argument, and a
 * call from within a callback throw a `TypeError` or `RangeError`: they are bugs of the caller. What `listen` and `feed`
 * take must not lie in the scratch buffer; what `write` takes may.
 *
 * The life of a session: `listen` or `connect` → `feed` and `timeout` until `Flag.established` → `feed` and `write` →
 * `Flag.closed` or `Flag.failed` → `free`. The engine has no deadline of its own: whoever drives it frees a session
 * whose handshake takes too long (30 s is fine); a wrong pre-shared key shows in no other way, and `info(...).stage` is then
 * `"finished"`.
 *
 * Time: where the header's `timeoutMs` is neither `TIMEOUT_UNCHANGED` nor `NO_TIMEOUT`, it replaces the session's timer: call
 * `timeout` when so many milliseconds have passed. `NO_TIMEOUT` stops it. An established session has none.
 */
export interface DtlsEngine {
  /**
   * Reads keys and certificates.
   * @param scratch at least `SCRATCH_BYTES_MIN` bytes (256 KiB is plenty); contexts may share one
   * @throws TypeError, RangeError for wrong options; Error with the text of OpenSSL for keys and certificates that it refuses
   */
  createContext(options: DtlsContextOptions, scratch: Uint8Array, callbacks?: DtlsCallbacks): DtlsContextId;

  /** Frees a context and all of its sessions, without telling their peers. */
  destroyContext(context: DtlsContextId): void;

  /**
   * Takes `buffer[start, end)` from a peer that has no session, or for which `feed` said `Flag.clientHello`. Without a valid cookie
   * it answers a ClientHello with a HelloVerifyRequest and keeps nothing; with one it starts a session (`Flag.accepted`,
   * number in the header). Whatever else it is, nothing happens.
   *
   * Where the peer had a session before, keep that until the new one is established: then free it.
   * @param peerKey the peer's address and port in any stable form, 1 to 255 bytes; the cookie is bound to it
   */
  listen(context: DtlsContextId, peerKey: Uint8Array, buffer: Uint8Array, start: number, end: number): number;

  /** Starts a handshake as a client: the ClientHello is in the scratch buffer, the number in its header. */
  connect(context: DtlsContextId, options: ConnectOptions): number;

  /** Takes `buffer[start, end)` from the peer of a session. */
  feed(session: DtlsSessionId, buffer: Uint8Array, start: number, end: number): number;

  /**
   * Goes on after `Flag.keyNeeded`, at once or later, as `feed` would have done.
   * @param key 1 to 64 bytes; undefined where the identity is unknown
   */
  resume(session: DtlsSessionId, key: Uint8Array | undefined): number;

  /**
   * Seals `buffer[start, end)`, at most 16,384 bytes, into one record in one datagram. Connection IDs are applied.
   * @throws RangeError when there are more bytes; TypeError when the session is not established or has ended
   */
  write(session: DtlsSessionId, buffer: Uint8Array, start: number, end: number): number;

  /** Sends the last flight again, as the time of the header is over. Without effect on a session that does not wait. */
  timeout(session: DtlsSessionId): number;

  /** Ends a session with close_notify (or user_canceled during the handshake); it still has to be freed. */
  close(session: DtlsSessionId): number;

  /** Forgets a session and its keys, in any state, without telling the peer. */
  free(session: DtlsSessionId): void;

  /** The session whose connection ID the first record of `buffer[start, end)` carries; 0 where there is none. RFC 9146 §4. */
  findByConnectionId(context: DtlsContextId, buffer: Uint8Array, start: number, end: number): DtlsSessionId;

  /** What is known of a session. */
  info(session: DtlsSessionId): DtlsSessionInfo;

  /** A snapshot of the context's counters. */
  counters(context: DtlsContextId): DtlsEngineCounters;

  /** Makes another cookie secret; cookies of the one before stay valid until the next call. Every few minutes is fine. */
  rotate(context: DtlsContextId): void;
}
