import {
  type BoundAddress,
  type ClientResponse,
  type CoapUri,
  capabilities,
  type Engine,
  type Exchange,
  type Request,
  type Response,
} from "@coapkit/core";

/** Gives requests straight to the kernel and hands responses back, so that its cost is seen without an engine's. */
export class KernelEngine implements Engine {
  readonly name = "kernel";
  readonly capabilities = capabilities({ client: "it has no network", callBack: "it has no network" });
  readonly counters = {};
  #onRequest: ((exchange: Exchange) => void) | undefined;

  async listen({ scheme, host, port }: CoapUri, onRequest: (exchange: Exchange) => void): Promise<BoundAddress> {
    this.#onRequest = onRequest;
    return { scheme, address: host, port };
  }

  request(): AsyncIterable<ClientResponse> {
    throw new Error("The engine of the benchmark has no client.");
  }

  async close(): Promise<void> {
    this.#onRequest = undefined;
  }

  /** Takes one request through the kernel; a synchronous route has answered when this returns. */
  deliver(request: Request, onResponse?: (response: Response) => void): DirectExchange {
    const exchange = new DirectExchange(request, onResponse);
    this.#onRequest?.(exchange);
    return exchange;
  }
}

/** An exchange that keeps its response. */
export class DirectExchange implements Exchange {
  readonly request: Request;
  response: Response | undefined;
  readonly #onResponse: ((response: Response) => void) | undefined;

  constructor(request: Request, onResponse: ((response: Response) => void) | undefined) {
    this.request = request;
    this.#onResponse = onResponse;
  }

  respond(response: Response): void {
    this.response = response;
    this.#onResponse?.(response);
  }

  ignore(): void {}

  notify(): boolean {
    return false; // no request of the benchmark observes
  }

  onInterestLost(): void {}
}
