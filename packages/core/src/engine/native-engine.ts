import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import {
  ClosedError,
  type CoapScheme,
  type CoapUri,
  Code,
  Endpoint,
  isCoapkitError,
  type RandomSource,
  type RemotePeer,
  type Transport,
} from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ConfigError } from "../errors/config-error.js";
import { capabilities } from "../ports/capabilities.js";
import type {
  BoundAddress,
  ClientRequest,
  ClientResponse,
  Engine,
  EngineCounters,
  EngineFactory,
  EngineHost,
  Exchange,
  GroupRequest,
  GroupResponse,
  Response,
  StoredObservation,
} from "../ports/engine.js";
import type { TransportRequest } from "../ports/transport-factory.js";
import { readOptionsSync } from "../schema/standard-schema.js";
import { DeferredResponses } from "./deferred-responses.js";
import { countersOf, sumCounters } from "./engine-counters.js";
import { nativeEngineOptions } from "./native-engine-options.js";
import { canReach } from "./reach.js";

/** Options of the native engine. */
export type NativeEngineOptions = StandardSchemaV1.InferInput<typeof nativeEngineOptions>;
type ParsedOptions = StandardSchemaV1.InferOutput<typeof nativeEngineOptions>;

/**
 * coapkit's own engine: `@coapkit/protocol`'s endpoint over UDP. The default of `createApp`.
 * @throws ConfigError for an option that is unknown or out of range
 */
export function nativeEngine(options?: NativeEngineOptions): EngineFactory {
  const parsed = readOptionsSync("nativeEngine", nativeEngineOptions, options);
  return (host) => new NativeEngine(host, parsed);
}

const systemRandom: RandomSource = { fraction: Math.random, bytes: (length) => randomBytes(length) };

/** Memory for the replies of an endpoint that nobody knows as a server, in bytes. */
const CLIENT_REPLY_BYTES = 65_536;
const CLOSING: Response = { code: Code.ServiceUnavailable, contentFormat: undefined, options: [], payload: "" };

interface Listener {
  readonly endpoint: Endpoint;
  readonly bound: BoundAddress;
}

class NativeEngine implements Engine {
  readonly name = "native";
  readonly capabilities = capabilities();
  readonly #host: EngineHost;
  readonly #options: ParsedOptions;
  readonly #listeners: Listener[] = [];
  /** Every endpoint that was made, also one that is being opened, with its transport. */
  readonly #endpoints = new Map<Endpoint, Transport>();
  /** For requests that no listening socket can carry. */
  readonly #clients = new Map<CoapScheme, Promise<Endpoint>>();
  #isClosed = false;

  constructor(host: EngineHost, options: ParsedOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Sums over all endpoints and their sockets. */
  get counters(): EngineCounters {
    return sumCounters(
      [...this.#endpoints].flatMap(([{ counters }, transport]) => [counters, ...countersOf(transport)]),
    );
  }

  async listen({ scheme, host, port }: CoapUri, onRequest: (exchange: Exchange) => void): Promise<BoundAddress> {
    const endpoint = this.#createEndpoint(scheme, host, port, (exchange) => {
      if (this.#isClosed) exchange.respond(CLOSING);
      else onRequest(exchange);
    });
    const bound = await this.#open(endpoint);
    this.#listeners.push({ endpoint, bound });
    return bound;
  }

  /** From a socket that listens where there is one that reaches the host, so that the server can call back. */
  request(request: ClientRequest, signal?: AbortSignal): AsyncIterable<ClientResponse> {
    const { uri, peer, ...settings } = request;
    const remote = peer as RemotePeer | undefined;
    const endpoint = remote === undefined ? this.#listenerFor(uri) : this.#listenerOf(remote);
    const target = remote === undefined ? { uri } : { peer: remote, path: uri.path, query: uri.query };
    const outgoing: Parameters<Endpoint["request"]>[0] = { ...settings, ...target };
    if (endpoint !== undefined) return endpoint.request(outgoing, signal);
    const scheme = remote?.scheme ?? uri.scheme;
    return new DeferredResponses(async () => (await this.#openClient(scheme)).request(outgoing, signal));
  }

  /** From a socket that listens, too, where one reaches the group: the address it is bound to says on which interface. */
  discover(request: GroupRequest, signal?: AbortSignal): AsyncIterable<GroupResponse> {
    const endpoint = this.#listenerFor(request.uri) ?? this.#memberFor(request.uri);
    if (endpoint !== undefined) return endpoint.discover(request, signal);
    return new DeferredResponses(async () => (await this.#openClient(request.uri.scheme)).discover(request, signal));
  }

  /** From the first socket of the scheme that reaches the client. */
  async restore({ peer, ...registration }: StoredObservation): Promise<Exchange | undefined> {
    const { scheme, address, port } = peer;
    const endpoint = this.#listenerFor({ scheme: scheme as CoapScheme, host: address });
    return endpoint?.restoreObservation({ ...registration, address, port });
  }

  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#endpoints.keys()].map((endpoint) => endpoint.close(deadlineMs)));
  }

  #listenerFor({ scheme, host }: Pick<CoapUri, "scheme" | "host">): Endpoint | undefined {
    return this.#listeners.find(({ bound }) => bound.scheme === scheme && canReach(bound, host))?.endpoint;
  }

  /** A socket that listens on the loopback interface, where that is to have groups. */
  #memberFor({ scheme, host }: CoapUri): Endpoint | undefined {
    if (!this.#options.multicast) return undefined;
    return this.#listeners.find(({ bound }) => bound.scheme === scheme && isIP(bound.address) === isIP(host))?.endpoint;
  }

  /** The socket that a peer called on; of a peer that was forgotten since, one that reaches it. */
  #listenerOf(peer: RemotePeer): Endpoint | undefined {
    const caller = this.#listeners.find(({ endpoint }) => endpoint.knows(peer));
    return caller?.endpoint ?? this.#listenerFor({ scheme: peer.scheme, host: peer.address });
  }

  #openClient(scheme: CoapScheme): Promise<Endpoint> {
    const known = this.#clients.get(scheme);
    if (known !== undefined) return known;
    const opened = this.#openAnywhere(scheme).catch((error: unknown) => {
      this.#clients.delete(scheme);
      throw error;
    });
    this.#clients.set(scheme, opened);
    return opened;
  }

  /** A socket for both families, or for IPv4 alone on a system without IPv6. */
  async #openAnywhere(scheme: CoapScheme): Promise<Endpoint> {
    const both = this.#createEndpoint(scheme, "::", 0);
    try {
      await this.#open(both);
      return both;
    } catch (error) {
      if (!isCoapkitError(error, "COAPKIT_ERR_BIND")) throw error;
      const ipv4 = this.#createEndpoint(scheme, "0.0.0.0", 0);
      await this.#open(ipv4);
      return ipv4;
    }
  }

  async #open(endpoint: Endpoint): Promise<BoundAddress> {
    try {
      if (this.#isClosed) throw new ClosedError("The engine is closed; make another one.");
      return await endpoint.open();
    } catch (error) {
      this.#endpoints.delete(endpoint);
      throw error;
    }
  }

  /** @param onRequest none: a client */
  #createEndpoint(scheme: CoapScheme, host: string, port: number, onRequest?: (exchange: Exchange) => void): Endpoint {
    const { clock, log, bodyLimitBytes, streamsBody, options: optionRegistry } = this.#host;
    const {
      ackTimeoutMs,
      maxRetransmit,
      nstart,
      probingRateBytesPerS,
      nonNotificationIntervalMs,
      piggybackMs,
      blockBytes,
      multicast: _multicast,
      multicastInterface: _multicastInterface,
      leisureMs,
      receiveBufferBytes: _receiveBufferBytes,
      responseTimeoutMs,
      responseLimitBytes,
      ...limits
    } = this.#options;
    const clientLimits = { ...limits, replyBytes: CLIENT_REPLY_BYTES, safeReplyBytes: CLIENT_REPLY_BYTES };
    const role = onRequest === undefined ? "client" : "server";
    const transport = this.#createTransport(scheme, { host, port, role });
    const endpoint = new Endpoint({
      transport,
      clock,
      random: systemRandom,
      parameters: {
        ackTimeoutMs,
        maxRetransmit,
        nstart,
        probingRateBytesPerS,
        nonNotificationIntervalMs,
        defaultLeisureMs: leisureMs,
      },
      limits: onRequest === undefined ? clientLimits : limits,
      piggybackMs,
      blockBytes,
      onRequest,
      bodyLimitBytes,
      streamsBody,
      responseTimeoutMs,
      responseLimitBytes,
      optionRegistry,
      onWarning: (fields, message) => log.warn(fields, message),
    });
    this.#endpoints.set(endpoint, transport);
    return endpoint;
  }

  /** @throws ConfigError for a scheme that neither UDP nor a plugin serves */
  #createTransport(scheme: CoapScheme, request: TransportRequest): Transport {
    if (scheme === "coap") return this.#createUdp(request);
    const factory = this.#host.transportFor?.(scheme);
    if (factory !== undefined) return factory.create(request);
    throw new ConfigError(
      "COAPKIT_ERR_OPTIONS_INVALID",
      `Nothing serves ${scheme}:// here; load a plugin that brings a transport for it, or use a coap:// address.`,
    );
  }

  #createUdp({ host, port, role }: TransportRequest): Transport {
    const { receiveBufferBytes, multicast, multicastInterface } = this.#options;
    return udpTransport({
      host,
      port,
      receiveBufferBytes,
      multicast: multicast && role === "server" ? { interface: multicastInterface } : undefined,
      onWarning: ({ fields, message }) => this.#host.log.warn(fields, message),
    });
  }
}
