import { type Logger, readOptionsSync, type TransportFactory } from "@coapkit/core";
import type { Clock, Principal } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { type Credentials, credentialsOf } from "./credentials/credentials.js";
import { dtlsOptions, type InputOf, type ParsedDtlsOptions } from "./credentials/dtls-options.js";
import { wrong } from "./credentials/pem.js";
import { loadDtlsEngine } from "./native/load-engine.js";
import { addCounters, type DtlsCounters, zeroCounters } from "./transport/dtls-counters.js";
import { DtlsTransport } from "./transport/dtls-transport.js";

const CREDENTIALS = [
  "psk",
  "identityHint",
  "concealUnknownIdentities",
  "certificate",
  "key",
  "ca",
  "verifyClient",
  "rawPublicKeys",
  "cipherSuites",
  "client",
] as const;

/** Options that can change while sockets are open. */
export type DtlsCredentials = Pick<InputOf<typeof dtlsOptions>, (typeof CREDENTIALS)[number]>;

/**
 * The `coaps://` sockets of an app, to look after them: ask for it in a constructor, or by `host.resolve(Dtls)`.
 * @example dtls.reload({ certificate: await readFile("server.pem"), key: await readFile("server.key") });
 */
export class Dtls {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #transports = new Set<DtlsTransport>();
  readonly #past = zeroCounters();
  #options: ParsedDtlsOptions;
  #credentials: Credentials;

  /** @throws ConfigError for credentials that cannot be used @internal */
  constructor(options: ParsedDtlsOptions, clock: Clock, log: Logger) {
    this.#options = options;
    this.#credentials = credentialsOf(options);
    this.#clock = clock;
    this.#log = log;
  }

  /** Totals since the start, and levels, of all sockets. */
  get counters(): DtlsCounters {
    const sum: Record<string, number> = { ...this.#past };
    for (const { counters } of this.#transports) addCounters(sum, counters);
    return sum as Record<string, number> & DtlsCounters;
  }

  /** What the plugin gives its app. @internal */
  get factory(): TransportFactory {
    return { scheme: "coaps", create: (request) => this.#create(request) };
  }

  /**
   * Takes other credentials for handshakes from here on: what is named replaces what was there, `undefined` takes it away.
   * Sessions that are established go on; {@link endSessions} ends them.
   * @throws ConfigError for credentials that cannot be used: then everything stays as it was
   */
  reload(changes: DtlsCredentials): void {
    for (const name of Object.keys(changes)) {
      if (!(CREDENTIALS as readonly string[]).includes(name))
        throw wrong(name, `cannot change while sockets are open; reload takes ${CREDENTIALS.join(", ")}`);
    }
    const merged = { ...this.#options, ...changes };
    const options = readOptionsSync("plugin @coapkit/plugin-dtls", dtlsOptions, merged);
    const credentials = credentialsOf(options);
    for (const transport of this.#transports) transport.use(credentials);
    this.#options = options;
    this.#credentials = credentials;
  }

  /**
   * Ends the established sessions of some peers, such as one whose key was withdrawn; they are told.
   * @param isMeant asked for each session; undefined: a server known by a pre-shared key, or a client without certificate
   * @returns how many sessions were ended
   */
  endSessions(isMeant: (principal: Principal | undefined) => boolean): number {
    let count = 0;
    for (const transport of this.#transports) count += transport.endSessions(isMeant);
    return count;
  }

  #create({ host, port, role }: Parameters<TransportFactory["create"]>[0]): DtlsTransport {
    const { keyLog, receiveBufferBytes } = this.#options;
    const socket = udpTransport({
      host,
      port,
      receiveBufferBytes,
      onWarning: ({ fields, message }) => this.#log.warn(fields, message),
    });
    const transport: DtlsTransport = new DtlsTransport(
      {
        loadEngine: loadDtlsEngine,
        socket,
        role,
        keyLog,
        credentials: this.#credentials,
        settings: this.#options,
        clock: this.#clock,
        log: this.#log,
      },
      () => this.#forget(transport),
    );
    this.#transports.add(transport);
    return transport;
  }

  /** Totals outlive their socket, levels do not. */
  #forget(transport: DtlsTransport): void {
    this.#transports.delete(transport);
    const { sessions, handshakes, waitingRequests, ...totals } = transport.counters;
    addCounters(this.#past, totals);
  }
}
