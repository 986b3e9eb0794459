/** What has been decided since the start. */
export class AuthCounters {
  allowed = 0;
  refused = 0;
  /** Tokens that were presented and not accepted. */
  tokensRefused = 0;
  /** Requests refused with 4.29 because there were too many of them. */
  rateLimited = 0;
  /** Requests refused with 4.29 because too many tokens before were not accepted. */
  failuresLimited = 0;
  /** Requests that had to be repeated with Echo, because they were not fresh. */
  notFresh = 0;
  /** Responses held back until their client repeats the request with Echo. */
  addressChecks = 0;
  logins = 0;
}
