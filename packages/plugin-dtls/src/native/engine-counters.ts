/** What happened in a context since it was created. */
export interface DtlsEngineCounters {
  /** HelloVerifyRequests sent: ClientHellos without a valid cookie. */
  readonly helloVerifyRequests: number;
  /** Sessions accepted or connected. */
  readonly handshakesStarted: number;
  readonly handshakesFinished: number;
  /** Ended by an alert, of either side. */
  readonly handshakesFailed: number;
  /** Freed before they were finished, as at a deadline. */
  readonly handshakesAbandoned: number;
  /** ClientHellos with a valid cookie that were dropped because of `maxHandshakes`. */
  readonly handshakesRefused: number;
  /** Flights sent again. */
  readonly retransmissions: number;
  /** Handshakes that went on with a random key, or ended with alert 115. */
  readonly unknownIdentities: number;
  /** Application records sent and received. */
  readonly recordsSent: number;
  readonly recordsReceived: number;
  /** Dropped: not a DTLS record, cut short, or of another version. */
  readonly droppedMalformed: number;
  /** Dropped: shorter than its nonce and tag. */
  readonly droppedShort: number;
  /** Dropped: failed authentication. */
  readonly droppedForged: number;
  /** Dropped: seen before, or older than the window of 64. */
  readonly droppedReplayed: number;
  /** Dropped: a connection ID of no session, or none where one was negotiated. */
  readonly droppedConnectionId: number;
  /** Dropped: authentic or plain, but of no use now, such as handshake records of the past. */
  readonly droppedUnexpected: number;
}
