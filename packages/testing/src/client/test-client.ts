import type { ClientResponse, Engine, EngineFactory } from "@coapkit/core";
import { type CoapUri, type MethodName, parseCoapUri, TimeoutError } from "@coapkit/protocol";
import { clientHost } from "./client-host.js";
import { type TestRequestOptions, toRequest } from "./client-request.js";
import { TestReply } from "./test-reply.js";

/** How a test client works. */
export interface TestClientOptions {
  /** What a path such as `/sensors` is resolved against: `coap://127.0.0.1:5683`. */
  readonly baseUri?: string | undefined;
  /** Longest wait for a response, in milliseconds. @defaultValue 5000 */
  readonly timeoutMs?: number | undefined;
}

/** A CoAP client with promises, on any engine. A URI is `coap://host:port/path`, or a path after `baseUri`. */
export interface TestClient {
  get(uri: string, options?: TestRequestOptions): Promise<TestReply>;
  post(uri: string, options?: TestRequestOptions): Promise<TestReply>;
  put(uri: string, options?: TestRequestOptions): Promise<TestReply>;
  delete(uri: string, options?: TestRequestOptions): Promise<TestReply>;
  /** RFC 8132 §2. */
  fetch(uri: string, options?: TestRequestOptions): Promise<TestReply>;
  /** RFC 8132 §3. */
  patch(uri: string, options?: TestRequestOptions): Promise<TestReply>;
  /** RFC 8132 §3. */
  ipatch(uri: string, options?: TestRequestOptions): Promise<TestReply>;
  /** Registers for notifications (RFC 7641); leaving the loop, or `return()`, ends it. `timeoutMs` is not used. */
  observe(uri: string, options?: TestRequestOptions): AsyncGenerator<TestReply, void, undefined>;
  /** Closes the engine, if the client has made it. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Makes a client on an engine that there is, or on one of its own.
 * Its requests reject with a NetworkError: COAPKIT_ERR_TIMEOUT after `timeoutMs`, or what the engine throws.
 * @example
 * const client = createTestClient(nodeCoap(), { baseUri: "coap://127.0.0.1:5683" });
 * assert.equal((await client.get("/sensors")).code, "2.05");
 */
export function createTestClient(engine: Engine | EngineFactory, options: TestClientOptions = {}): TestClient {
  return typeof engine === "function"
    ? new EngineClient(engine(clientHost()), options, true)
    : new EngineClient(engine, options, false);
}

class EngineClient implements TestClient {
  readonly #engine: Engine;
  readonly #options: TestClientOptions;
  readonly #ownsEngine: boolean;

  constructor(engine: Engine, options: TestClientOptions, ownsEngine: boolean) {
    this.#engine = engine;
    this.#options = options;
    this.#ownsEngine = ownsEngine;
  }

  get(uri: string, options?: TestRequestOptions): Promise<TestReply> {
    return this.#request("GET", uri, options);
  }

  post(uri: string, options?: TestRequestOptions): Promise<TestReply> {
    return this.#request("POST", uri, options);
  }

  put(uri: string, options?: TestRequestOptions): Promise<TestReply> {
    return this.#request("PUT", uri, options);
  }

  delete(uri: string, options?: TestRequestOptions): Promise<TestReply> {
    return this.#request("DELETE", uri, options);
  }

  fetch(uri: string, options?: TestRequestOptions): Promise<TestReply> {
    return this.#request("FETCH", uri, options);
  }

  patch(uri: string, options?: TestRequestOptions): Promise<TestReply> {
    return this.#request("PATCH", uri, options);
  }

  ipatch(uri: string, options?: TestRequestOptions): Promise<TestReply> {
    return this.#request("IPATCH", uri, options);
  }

  async *observe(uri: string, options: TestRequestOptions = {}): AsyncGenerator<TestReply, void, undefined> {
    const request = { ...toRequest("GET", this.#resolve(uri), options), observe: true };
    for await (const response of this.#engine.request(request, options.signal)) yield new TestReply(response);
  }

  async close(): Promise<void> {
    if (this.#ownsEngine) await this.#engine.close(0);
  }

  async #request(method: MethodName, uri: string, options: TestRequestOptions = {}): Promise<TestReply> {
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const request = toRequest(method, this.#resolve(uri), options);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(timedOut(method, uri, timeoutMs)), timeoutMs);
    const signal = AbortSignal.any([timeout.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    try {
      return new TestReply(await firstOf(this.#engine.request(request, signal)));
    } catch (error) {
      throw timeout.signal.aborted ? timeout.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  #resolve(uri: string): CoapUri {
    const { baseUri } = this.#options;
    const text = uri.startsWith("/") && baseUri !== undefined ? `${baseUri.replace(/\/$/, "")}${uri}` : uri;
    const parsed = parseCoapUri(text);
    if (parsed.ok) return parsed.value;
    throw new TypeError(`"${text}" is not a CoAP URI: ${parsed.reason}; write coap://host/path, or set baseUri.`);
  }
}

async function firstOf(responses: AsyncIterable<ClientResponse>): Promise<ClientResponse> {
  for await (const response of responses) return response;
  throw new TimeoutError("The engine gave up without a response.");
}

function timedOut(method: MethodName, uri: string, timeoutMs: number): TimeoutError {
  return new TimeoutError(`No response to ${method} ${uri} within ${timeoutMs} ms; is the server up?`);
}
