/** What an endpoint has done since the start; whole numbers, read on demand. */
export class EndpointCounters {
  /** Datagrams that came in. */
  received = 0;
  /** Requests handed up. */
  requests = 0;
  /** Responses sent, notifications not among them. */
  responses = 0;
  /** Notifications sent. RFC 7641. */
  notifications = 0;
  /** Repeated messages that were recognised. RFC 7252 §4.5. */
  duplicates = 0;
  /** Datagrams that are no CoAP message of version 1, dropped in silence. */
  notCoap = 0;
  /** Messages with a format error or a reserved code. RFC 7252 §4.2, §4.3. */
  malformed = 0;
  /** Responses, ACKs and RSTs that match nothing. */
  unmatched = 0;
  /** Requests whose token is longer than `limits.tokenBytes`, answered 4.00. RFC 8974 §2.2.2. */
  tokensRefused = 0;
  /** Empty CONs answered with RST. RFC 7252 §4.3. */
  pings = 0;
  /** Separate responses sent as NON because too many confirmable ones awaited their ACK. */
  separateUnconfirmed = 0;
  /** Responses left out: the client did not want them (RFC 7967), or a group's request has nothing to gain by them (RFC 7252 §8.2). */
  suppressed = 0;
  /** Confirmable messages that were sent to a group, dropped in silence. RFC 7252 §8.1. */
  groupConfirmables = 0;
  /** Responses to group requests left out because too many waited for their time. */
  groupResponsesDropped = 0;
}
