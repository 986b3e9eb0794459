import { randomBytes } from "node:crypto";
import { ClosedError, type CoapUri, Endpoint, type RandomSource } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ConfigError } from "../errors/config-error.js";
import { capabilities } from "../ports/capabilities.js";
import type {
  BoundAddress,
  ClientResponse,
  Engine,
  EngineCounters,
  EngineFactory,
  EngineHost,
  Exchange,
} from "../ports/engine.js";
import { readOptionsSync } from "../schema/standard-schema.js";
import { nativeEngineOptions } from "./native-engine-options.js";

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

const NO_CLIENT = "this version answers requests only";

class NativeEngine implements Engine {
  readonly name = "native";
  readonly capabilities = capabilities({ client: NO_CLIENT, callBack: NO_CLIENT });
  readonly #host: EngineHost;
  readonly #options: ParsedOptions;
  readonly #endpoints: Endpoint[] = [];

  constructor(host: EngineHost, options: ParsedOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Sums over all endpoints. */
  get counters(): EngineCounters {
    const sums: Record<string, number> = {};
    for (const { counters } of this.#endpoints) {
      for (const [name, value] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + value;
    }
    return sums;
  }

  async listen({ scheme, host, port }: CoapUri, onRequest: (exchange: Exchange) => void): Promise<BoundAddress> {
    if (scheme !== "coap") {
      throw new ConfigError(
        "COAPKIT_ERR_OPTIONS_INVALID",
        `The native engine has no transport for "${scheme}"; listen on a coap:// address.`,
      );
    }
    const endpoint = this.#createEndpoint(host, port, onRequest);
    const bound = await endpoint.open();
    this.#endpoints.push(endpoint);
    return bound;
  }

  // biome-ignore lint/correctness/useYield: an engine without a client ends every request with an error
  async *request(): AsyncIterable<ClientResponse> {
    throw new ClosedError("The native engine has no client in this version; use the client of another engine.");
  }

  async close(deadlineMs: number): Promise<void> {
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.close(deadlineMs)));
  }

  #createEndpoint(host: string, port: number, onRequest: (exchange: Exchange) => void): Endpoint {
    const { clock, log, bodyLimitBytes } = this.#host;
    const { ackTimeoutMs, maxRetransmit, nstart, piggybackMs, blockBytes, receiveBufferBytes, ...limits } =
      this.#options;
    return new Endpoint({
      transport: udpTransport({
        host,
        port,
        receiveBufferBytes,
        onWarning: ({ fields, message }) => log.warn(fields, message),
      }),
      clock,
      random: systemRandom,
      parameters: { ackTimeoutMs, maxRetransmit, nstart },
      limits,
      piggybackMs,
      blockBytes,
      onRequest,
      bodyLimitBytes,
      onWarning: (fields, message) => log.warn(fields, message),
    });
  }
}
