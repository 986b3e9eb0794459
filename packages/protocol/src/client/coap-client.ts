import type { BlockSource } from "../block/block2-source.js";
import { Method } from "../code/method.js";
import { ProtocolError } from "../errors/protocol-error.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import { RemotePeer } from "../peer/remote-peer.js";
import type { Result } from "../result.js";
import type { CoapUri } from "../uri/coap-uri.js";
import { parseCoapUri } from "../uri/parse-coap-uri.js";
import { parsePath } from "../uri/path.js";
import type { DiscoveryRequest } from "./client.js";
import { RequestError } from "./client-error.js";
import type { IncomingResponse } from "./incoming-response.js";
import type { OutgoingRequest, RequestSettings, RequestTarget } from "./outgoing-request.js";

/** Responses as they come; `return` ends the request at any time. */
export type Responses = AsyncIterableIterator<IncomingResponse, void, undefined>;

/** What a `CoapClient` sends through: an `Endpoint`. */
export interface RequestPort {
  request(request: OutgoingRequest, signal?: AbortSignal): Responses;
  discover(request: DiscoveryRequest, signal?: AbortSignal): Responses;
  ping(target: RequestTarget, signal?: AbortSignal): Promise<void>;
}

/** A URI, as text or in parts, or a peer, whose resource `RequestOptions.path` names. */
export type Target = string | CoapUri | RemotePeer;

/** Everything about a request but its method, target and payload. */
export interface RequestOptions
  extends Pick<RequestSettings, "blockBytes" | "confirmable" | "options" | "responseLimitBytes" | "responseTimeoutMs"> {
  /** Path and query at a peer, such as `/sensors?unit=c`; only with a `RemotePeer`. @defaultValue "/" */
  readonly path?: string | undefined;
  /** Accept: Content-Format wanted. RFC 7252 §5.10.4. */
  readonly accept?: number | undefined;
  /** Ends the request with AbortedError. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of requests that may have a payload. */
export interface PayloadOptions extends RequestOptions {
  readonly payload?: Uint8Array | string | BlockSource | undefined;
  /** Content-Format of the payload. RFC 7252 §5.10.3. */
  readonly contentFormat?: number | undefined;
}

/** Options of a request for a large body. */
export interface StreamOptions extends PayloadOptions {
  /** Method code byte. @defaultValue GET */
  readonly method?: number | undefined;
}

/**
 * Requests as promises. Every response is a result, also 4.xx and 5.xx; what throws is in the documentation of
 * `Endpoint.request`, and RequestError for a URI that is none.
 * @example const { payload } = await new CoapClient(endpoint).get("coap://[::1]/sensors/1");
 */
export class CoapClient {
  readonly #endpoint: RequestPort;

  constructor(endpoint: RequestPort) {
    this.#endpoint = endpoint;
  }

  get(target: Target, options?: RequestOptions): Promise<IncomingResponse> {
    return this.request(Method.GET, target, options);
  }

  post(target: Target, options?: PayloadOptions): Promise<IncomingResponse> {
    return this.request(Method.POST, target, options);
  }

  put(target: Target, options?: PayloadOptions): Promise<IncomingResponse> {
    return this.request(Method.PUT, target, options);
  }

  delete(target: Target, options?: RequestOptions): Promise<IncomingResponse> {
    return this.request(Method.DELETE, target, options);
  }

  /** RFC 8132 §2. */
  fetch(target: Target, options?: PayloadOptions): Promise<IncomingResponse> {
    return this.request(Method.FETCH, target, options);
  }

  /** RFC 8132 §3. */
  patch(target: Target, options?: PayloadOptions): Promise<IncomingResponse> {
    return this.request(Method.PATCH, target, options);
  }

  /** RFC 8132 §3. */
  ipatch(target: Target, options?: PayloadOptions): Promise<IncomingResponse> {
    return this.request(Method.IPATCH, target, options);
  }

  /** Any method, by its code byte. */
  async request(method: number, target: Target, options: PayloadOptions = {}): Promise<IncomingResponse> {
    for await (const response of this.#endpoint.request(requestOf(method, target, options), options.signal))
      return response;
    throw new ProtocolError("The request ended without a response.");
  }

  /** Representations as they change, the newest to a slow reader; leaving the iterable deregisters. RFC 7641. @throws RequestError */
  observe(target: Target, options: StreamOptions = {}): Responses {
    const { method = Method.GET, signal } = options;
    return this.#endpoint.request({ ...requestOf(method, target, options), observe: true }, signal);
  }

  /** A large body block by block, each fetched when it is read, in constant memory. RFC 7959. @throws RequestError */
  stream(target: Target, options: StreamOptions = {}): Responses {
    const { method = Method.GET, signal } = options;
    return this.#endpoint.request({ ...requestOf(method, target, options), stream: true }, signal);
  }

  /**
   * Answers of a group to a GET, as they come. RFC 7252 §8.
   * @param target a group, such as `coap://224.0.1.187/.well-known/core`
   * @param options `timeoutMs` as in `DiscoveryRequest`
   * @throws RequestError
   */
  discover(
    target: string | CoapUri,
    options: Pick<RequestOptions, "accept" | "options" | "signal"> & { readonly timeoutMs?: number | undefined } = {},
  ): Responses {
    const request = {
      uri: uriOf(target),
      method: Method.GET,
      options: entriesOf(options),
      timeoutMs: options.timeoutMs,
    };
    return this.#endpoint.discover(request, options.signal);
  }

  /** Finds out whether a peer is there. RFC 7252 §4.3. */
  async ping(target: Target, { signal }: Pick<RequestOptions, "signal"> = {}): Promise<void> {
    await this.#endpoint.ping(targetOf(target, undefined), signal);
  }
}

function requestOf(method: number, target: Target, options: PayloadOptions): OutgoingRequest {
  const { confirmable, payload, blockBytes, responseLimitBytes, responseTimeoutMs } = options;
  const settings = { confirmable, payload, blockBytes, responseLimitBytes, responseTimeoutMs };
  return { ...targetOf(target, options.path), ...settings, method, options: entriesOf(options) };
}

function entriesOf({ accept, contentFormat, options = [] }: PayloadOptions): OptionEntry[] {
  const entries = [...options];
  if (contentFormat !== undefined) entries.push({ number: OptionNumber.ContentFormat, value: contentFormat });
  if (accept !== undefined) entries.push({ number: OptionNumber.Accept, value: accept });
  return entries;
}

function targetOf(target: Target, path = "/"): RequestTarget {
  if (!(target instanceof RemotePeer)) return { uri: uriOf(target) };
  return { peer: target, ...unwrap(parsePath(path)) };
}

function uriOf(target: string | CoapUri): CoapUri {
  return typeof target === "string" ? unwrap(parseCoapUri(target)) : target;
}

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new RequestError(result.reason);
}
