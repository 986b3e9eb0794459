import type {
  BoundAddress,
  ClientRequest,
  ClientResponse,
  Engine,
  EngineCounters,
  EngineHost,
  Exchange,
  Timer,
} from "@coapkit/core";
import { ClosedError, type CoapUri, formatCoapUri } from "@coapkit/protocol";
import { NODE_COAP_CAPABILITIES } from "./capabilities.js";
import { NodeCoapClient } from "./client/node-coap-client.js";
import { Counters } from "./counters.js";
import { AddressError } from "./errors.js";
import type { NodeCoapSettings } from "./options.js";
import { ServerBinding } from "./server/server-binding.js";
import { ServerState } from "./server/server-state.js";
import { resolveAddress } from "./socket/resolve-address.js";

/** The Engine port on npm coap. */
export class NodeCoapEngine implements Engine {
  readonly name = "node-coap";
  readonly capabilities = NODE_COAP_CAPABILITIES;
  readonly #host: EngineHost;
  readonly #settings: NodeCoapSettings;
  readonly #counters = new Counters();
  readonly #state: ServerState;
  readonly #client: NodeCoapClient;
  readonly #bindings: ServerBinding[] = [];
  #closing: Promise<void> | undefined;

  constructor(host: EngineHost, settings: NodeCoapSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#state = new ServerState(host, settings, this.#counters);
    this.#client = new NodeCoapClient({ clock: host.clock, settings, counters: this.#counters }, host.log);
  }

  get counters(): EngineCounters {
    return {
      ...this.#counters.snapshot(),
      ...this.#state.levels(),
      openExchanges: this.#bindings.reduce((sum, binding) => sum + binding.openExchanges, 0),
      openRequests: this.#client.openRequests,
    };
  }

  /** @throws AddressError when the address cannot be bound, ClosedError after `close`. */
  async listen(address: CoapUri, onRequest: (exchange: Exchange) => void): Promise<BoundAddress> {
    const { address: host, type } = await resolveAddress(address);
    if (this.#closing !== undefined) throw new ClosedError("The engine is closed; create another app to listen again.");
    const context = { host: this.#host, settings: this.#settings, counters: this.#counters, state: this.#state };
    const binding = new ServerBinding(this.#bindings.length, type, context, onRequest);
    this.#bindings.push(binding);
    try {
      return await binding.listen(address.port, host);
    } catch (cause) {
      await binding.close();
      const reason = (cause as Error).message;
      throw new AddressError(`Cannot listen on ${formatCoapUri(address)}: ${reason}; free it or choose another.`, {
        cause,
      });
    }
  }

  request(request: ClientRequest, signal?: AbortSignal): AsyncIterable<ClientResponse> {
    return this.#client.request(request, signal);
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#shutDown(deadlineMs);
    return this.#closing;
  }

  async #shutDown(deadlineMs: number): Promise<void> {
    await this.#drain(deadlineMs);
    this.#state.clear();
    await Promise.all([this.#client.close(), ...this.#bindings.map((binding) => binding.close())]);
  }

  async #drain(deadlineMs: number): Promise<void> {
    const drained = Promise.all(this.#bindings.map((binding) => binding.drain()));
    let timer: Timer | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = this.#host.clock.setTimer(deadlineMs, resolve);
    });
    await Promise.race([drained, deadline]);
    timer?.cancel();
  }
}
