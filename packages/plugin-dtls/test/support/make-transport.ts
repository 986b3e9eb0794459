import { type Logger, readOptionsSync } from "@coapkit/core";
import type { Clock, Transport } from "@coapkit/protocol";
import { credentialsOf } from "../../src/credentials/credentials.js";
import { dtlsOptions } from "../../src/credentials/dtls-options.js";
import type { DtlsOptions } from "../../src/dtls-plugin.js";
import type { DtlsEngine } from "../../src/native/dtls-engine.js";
import { loadDtlsEngine } from "../../src/native/load-engine.js";
import { DtlsTransport } from "../../src/transport/dtls-transport.js";

/** Options with which two sides know each other. */
export const KNOWN: DtlsOptions = {
  psk: { "device-1": "secret key" },
  client: { psk: { identity: "device-1", key: "secret key" } },
};

export const silentLogger: Logger = {
  isLevelEnabled: () => true,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What a transport of a test is made of. */
export interface TransportSetting {
  readonly clock: Clock;
  readonly role?: "server" | "client";
  readonly log?: Logger;
  readonly loadEngine?: () => DtlsEngine;
}

/** A DTLS transport over any socket, on the native engine. */
export function makeTransport(
  socket: Transport,
  options: DtlsOptions,
  { clock, role = "server", log = silentLogger, loadEngine = loadDtlsEngine }: TransportSetting,
): DtlsTransport {
  const settings = readOptionsSync("dtls", dtlsOptions, options);
  const { keyLog } = settings;
  const credentials = credentialsOf(settings);
  return new DtlsTransport({ loadEngine, socket, role, credentials, settings, keyLog, clock, log });
}
