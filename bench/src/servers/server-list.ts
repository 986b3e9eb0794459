import { spawnSync } from "node:child_process";
import type { Security } from "../security/security.js";

/** A server that takes part in the comparison. */
export interface ServerEntry {
  /** Name in options, tables and files. */
  readonly name: string;
  /** Its file under `dist`, without extension. */
  readonly file: string;
  readonly args: readonly string[];
  /** Whether it sends requests back as they are. */
  readonly isEcho: boolean;
  /** One line for the reader of the table. */
  readonly what: string;
  /** What it is told of DTLS, as is the load. Default: nothing, there is none. */
  readonly security?: Security | undefined;
  /** Why it cannot run here, if so. */
  unavailable?(): string | undefined;
}

/** The server that all others are compared with. */
export const REFERENCE = "raw-echo";

/** Everybody, in the order of a round. Another server is a file in `servers/` and an entry here. */
export const SERVERS: readonly ServerEntry[] = [
  {
    name: REFERENCE,
    file: "servers/raw-echo",
    args: [],
    isEcho: true,
    what: "`node:dgram`, every datagram sent back as it came",
  },
  {
    name: "endpoint",
    file: "servers/endpoint",
    args: [],
    isEcho: false,
    what: "`Endpoint` of @coapkit/protocol alone, the same answer from a function",
  },
  {
    name: "coapkit",
    file: "servers/coapkit",
    args: [],
    isEcho: false,
    what: "decorator controller, JSON, three hooks, native engine",
  },
  {
    name: "coapkit-async",
    file: "servers/coapkit",
    args: ["--async"],
    isEcho: false,
    what: "the same with one await in the handler",
  },
  {
    name: "npm-coap",
    file: "servers/npm-coap",
    args: [],
    isEcho: false,
    what: "npm coap 1.5, the same answer from its request listener",
  },
  {
    name: "libcoap",
    file: "servers/libcoap",
    args: [],
    isEcho: false,
    what: "`coap-server-notls`, the same bytes as a resource made by PUT; it does not look for duplicates",
    unavailable: () =>
      spawnSync("coap-server-notls", ["-V"]).error === undefined ? undefined : "coap-server-notls is not installed",
  },
];
