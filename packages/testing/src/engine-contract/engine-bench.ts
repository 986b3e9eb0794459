import assert from "node:assert/strict";
import type { BoundAddress, ClientRequest, ClientResponse, Engine, Exchange } from "@coapkit/core";
import { type CoapUri, Method } from "@coapkit/protocol";
import { within } from "../plugin-contract/within.js";
import { contractHost, type HostSettings } from "./contract-host.js";
import type { EngineSubject } from "./engine-options.js";
import { RawPeer } from "./raw-peer.js";

/** A request beside its target's host and port. */
export type Ask = Partial<Omit<ClientRequest, "uri">> & {
  readonly path?: readonly string[];
  readonly query?: readonly string[];
};

/** An engine that listens. */
export interface Station {
  readonly engine: Engine;
  readonly bound: BoundAddress;
}

const ANYWHERE = "inject";

/** Where the cases of an engine's contract make engines; {@link close} leaves nothing open. */
export class EngineBench {
  readonly subject: EngineSubject;
  readonly #engines: Engine[] = [];
  readonly #rawPeers: RawPeer[] = [];

  constructor(subject: EngineSubject) {
    this.subject = subject;
  }

  make(settings?: HostSettings): Engine {
    const engine = this.subject.makeEngine(contractHost(settings));
    this.#engines.push(engine);
    return engine;
  }

  /** An engine that listens on a free port. */
  async serve(onRequest: (exchange: Exchange) => void, settings?: HostSettings): Promise<Station> {
    const engine = this.make(settings);
    return { engine, bound: await this.within(engine.listen(this.address(0), onRequest), "listen") };
  }

  /** An engine to ask a server with: without a network the server itself. */
  clientOf({ engine }: Station, settings?: HostSettings): Engine {
    return this.subject.host === undefined ? engine : this.make(settings);
  }

  address(port: number): CoapUri {
    return { scheme: "coap", host: this.subject.host ?? ANYWHERE, port, path: [], query: [] };
  }

  /** The request as the port takes it; a GET of the root unless it says otherwise. */
  requestTo({ port }: Pick<BoundAddress, "port">, { path = [], query = [], ...rest }: Ask = {}): ClientRequest {
    return { method: Method.GET, ...rest, uri: { ...this.address(port), path, query } };
  }

  /** The one response to a request. @throws AssertionError for none, or when it takes too long */
  async ask(client: Engine, { bound }: Station, ask: Ask = {}): Promise<ClientResponse> {
    const responses = await this.within(collect(client, this.requestTo(bound, ask)), "a request");
    assert.equal(responses.length, 1, `The contract wants one response to a request; found ${responses.length}.`);
    return responses[0] as ClientResponse;
  }

  /** A bare socket that sends to a server. */
  async rawPeer({ bound }: Station): Promise<RawPeer> {
    return this.rawPeerAt(bound.port);
  }

  async rawPeerAt(port: number): Promise<RawPeer> {
    const peer = await RawPeer.open(this.subject.host ?? ANYWHERE, port);
    this.#rawPeers.push(peer);
    return peer;
  }

  within<T>(promise: Promise<T>, what: string): Promise<T> {
    return within(promise, this.subject.deadlineMs, what);
  }

  /** Lets the event loop turn until a condition holds. @throws AssertionError when it takes too long */
  async until(isReached: () => boolean, what: string): Promise<void> {
    const endMs = performance.now() + this.subject.deadlineMs;
    while (!isReached()) {
      if (performance.now() > endMs) assert.fail(`The contract wants ${what} within ${this.subject.deadlineMs} ms.`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async close(): Promise<void> {
    for (const peer of this.#rawPeers.splice(0)) await peer.close();
    await Promise.all(this.#engines.splice(0).map((engine) => engine.close(0)));
  }
}

async function collect(client: Engine, request: ClientRequest): Promise<ClientResponse[]> {
  const responses: ClientResponse[] = [];
  for await (const response of client.request(request)) responses.push(response);
  return responses;
}
