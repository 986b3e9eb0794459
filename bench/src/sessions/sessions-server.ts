import type { UsageAnswer } from "../servers/observed-value.js";

/** Sockets that the server listens with: a source port of a client can have a session with each. */
export const SOCKETS = 25;

/** Tells the ports of these sockets, as JSON of an array. */
export const PORTS_PATH = "/ports";

/** What the server has used, with the sessions that it has. */
export interface SessionsUsage extends UsageAnswer {
  readonly sessions: number;
}
