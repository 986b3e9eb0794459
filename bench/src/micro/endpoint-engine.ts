import {
  type BoundAddress,
  type ClientResponse,
  type CoapUri,
  capabilities,
  type Engine,
  type EngineHost,
  type Exchange,
} from "@coapkit/core";
import { Endpoint, type Transport } from "@coapkit/protocol";
import { clock, random } from "../servers/system.js";

/** The protocol's endpoint over any transport, set up as the native engine does it over UDP. */
export class EndpointEngine implements Engine {
  readonly name = "endpoint";
  readonly capabilities = capabilities({ client: "it has no network", callBack: "it has no network" });
  readonly counters = {};
  readonly #host: EngineHost;
  readonly #transport: Transport;
  #endpoint: Endpoint | undefined;

  constructor(host: EngineHost, transport: Transport) {
    this.#host = host;
    this.#transport = transport;
  }

  async listen(_uri: CoapUri, onRequest: (exchange: Exchange) => void): Promise<BoundAddress> {
    const { bodyLimitBytes, options: optionRegistry } = this.#host;
    const transport = this.#transport;
    this.#endpoint = new Endpoint({ transport, clock, random, onRequest, bodyLimitBytes, optionRegistry });
    return this.#endpoint.open();
  }

  request(): AsyncIterable<ClientResponse> {
    throw new Error("The engine of the benchmark has no client.");
  }

  async close(deadlineMs: number): Promise<void> {
    await this.#endpoint?.close(deadlineMs);
  }
}
