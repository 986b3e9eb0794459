import { spawnSync } from "node:child_process";
import { NO_SECURITY, type Security } from "../security/security.js";
import type { ServerEntry } from "../servers/server-list.js";

/** A server of the DTLS section. */
export interface DtlsSubject extends ServerEntry {
  /** Which server of the comparison it belongs to. */
  readonly of: string;
}

/** Who all others are compared with: the same app without DTLS. */
export const PLAIN = "coapkit, coap";

const PSK: Security = { mode: "psk", folder: undefined };
const LIBCOAP = "coap-server-openssl";

/** Everybody, in the order of a round. */
export const DTLS_SUBJECTS: readonly DtlsSubject[] = [
  {
    name: PLAIN,
    of: "coapkit",
    file: "servers/coapkit",
    args: [],
    isEcho: false,
    security: NO_SECURITY,
    what: "the server of the load section",
  },
  {
    name: "coapkit, coaps",
    of: "coapkit",
    file: "servers/coapkit",
    args: [],
    isEcho: false,
    security: PSK,
    what: "the same app with @coapkit/plugin-dtls; records to the server carry a connection ID, as is its default",
  },
  {
    name: "libcoap, coaps",
    of: "libcoap",
    file: "servers/libcoap",
    args: [],
    isEcho: false,
    security: PSK,
    what: `\`${LIBCOAP}\`, the same bytes as a resource made by PUT; it does not look for duplicates`,
    unavailable: () => (spawnSync(LIBCOAP, ["-V"]).error === undefined ? undefined : `${LIBCOAP} is not installed`),
  },
];
