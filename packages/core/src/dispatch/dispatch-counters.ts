/** What the dispatcher has done since the start, and what is going on; whole numbers, read on demand. */
export class DispatchCounters {
  /** Requests that came in. */
  requests = 0;
  /** Responses that went out. */
  responses = 0;
  /** Requests left without an answer, as RFC 7252 §5.4.1 asks for NON. */
  dropped = 0;
  /** Requests whose handler or hook is being waited for: a level, not a total. */
  inFlight = 0;
  /** Requests refused with 5.03 because `requestsInFlight` was reached. */
  overloaded = 0;
  /** Requests answered 5.03 because their time was over. */
  timeouts = 0;
  /** Results that came after their request had been answered, and were dropped. */
  lateResults = 0;
  /** Requests answered 5.00 because something threw that is no CoapError. */
  bugs = 0;
}
