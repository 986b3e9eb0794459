/** What the client side has done since the start; whole numbers. */
export class ClientCounters {
  /** Messages with a request that were sent, retransmissions not among them. */
  requestsSent = 0;
  /** Responses and notifications that matched a request. */
  responsesReceived = 0;
  /** Requests that `limits.requests` refused. */
  requestsRefused = 0;
  /** Responses rejected for a critical option that is not recognized. RFC 7252 §5.4.1. */
  responsesRejected = 0;
  /** Notifications that came after newer ones. RFC 7641 §3.4. */
  staleNotifications = 0;
  /** Responses that waited for a slow reader until newer ones, or too many, came. */
  responsesSkipped = 0;
}
