import type { ParsedDtlsOptions } from "../credentials/dtls-options.js";

/** Limits and times of a transport; they stay when credentials change. */
export type DtlsSettings = Pick<
  ParsedDtlsOptions,
  | "handshakeTimeoutMs"
  | "maxSessions"
  | "maxHandshakes"
  | "maxHandshakesPerAddress"
  | "maxWaitingRequests"
  | "idleExpiryMs"
  | "idleExpiryWithConnectionIdMs"
  | "renewAfterMs"
>;
