import { securityArguments } from "../security/security.js";
import type { ServerEntry } from "../servers/server-list.js";
import type { SessionsReport } from "../sessions/sessions-report.js";
import type { Pinning } from "./pinning.js";
import { underLoad } from "./under-load.js";

/** Many sessions of one server. */
export interface SessionsResult extends SessionsReport {
  readonly server: string;
}

const SERVER: ServerEntry = {
  name: "coapkit, pre-shared key",
  file: "servers/coapkit-sessions",
  args: [],
  isEcho: false,
  security: { mode: "psk", folder: undefined },
  what: "the app of the load section with 25 sockets for coaps",
};

/** @param sources source ports, each with a session with all of the server's sockets. @throws Error where the server fails */
export async function measureSessions(sources: number, pinning: Pinning): Promise<SessionsResult> {
  const { name, security } = SERVER;
  const how = ["--sources", String(sources), ...(security === undefined ? [] : securityArguments(security))];
  const load = { file: "sessions/main", arguments: (port: number) => ["--port", String(port), ...how] };
  const { report } = await underLoad<SessionsReport>(SERVER, load, pinning);
  return { server: name, ...report };
}
