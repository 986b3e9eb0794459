import { ContentFormat, filterLinks, type Link, type MethodName, ProtocolError } from "@coapkit/protocol";
import { linkFormat } from "../formats/builtin-formats.js";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { Clock } from "../ports/clock.js";
import type { ClientResponse, Engine } from "../ports/engine.js";
import type {
  ClientDiscoverOptions,
  ClientFetchOptions,
  ClientGetOptions,
  ClientObserveOptions,
  ClientPayloadOptions,
  ClientRequestOptions,
  Etags,
  MaybeSchema,
  ReplyOf,
} from "./client-options.js";
import type { ClientReply } from "./client-reply.js";
import { type ClientTarget, queryItems, resolveDiscovery, resolveTarget } from "./client-target.js";
import { Deadline } from "./deadline.js";
import { DecodeError } from "./decode-error.js";
import { Observation } from "./observation.js";
import { readReply } from "./reply-decoder.js";
import { assertCapable, type CallParts, type RequestCall, requestCall } from "./request-call.js";

/** What a client works with. */
export interface ClientParts {
  readonly engine: Engine;
  readonly formats: FormatRegistry;
  readonly clock: Clock;
  /** @throws ConfigError before the app is ready, ClosedError once it is closed */
  assertUsable(): void;
}

/**
 * Requests of an app as a client, as `app.client` or injected by this class: values go out and come in through the app's
 * content formats, and from the sockets that the app listens on where one reaches the server.
 *
 * Every request rejects with ResponseError (ClientError, ServerError) for 4.xx and 5.xx, DecodeError for a value that is
 * not as expected, TimeoutError, ResetError, AbortedError and ClosedError without a reply. RequestError, and ConfigError
 * where the engine lacks what it takes, mean that nothing was sent.
 */
export class Client {
  readonly #parts: ClientParts;

  /** @internal */
  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  get<S extends MaybeSchema = undefined, T extends boolean = true, E extends Etags | undefined = undefined>(
    target: ClientTarget,
    options: ClientGetOptions<S, T, E> = {},
  ): Promise<ReplyOf<S, T, E>> {
    return this.#send("GET", target, undefined, options);
  }

  /** @param value see `ClientPayloadOptions.contentFormat`; `undefined` for none */
  post<S extends MaybeSchema = undefined, T extends boolean = true>(
    target: ClientTarget,
    value?: unknown,
    options: ClientPayloadOptions<S, T> = {},
  ): Promise<ReplyOf<S, T>> {
    return this.#send("POST", target, value, options);
  }

  /** @param value see `ClientPayloadOptions.contentFormat` */
  put<S extends MaybeSchema = undefined, T extends boolean = true>(
    target: ClientTarget,
    value?: unknown,
    options: ClientPayloadOptions<S, T> = {},
  ): Promise<ReplyOf<S, T>> {
    return this.#send("PUT", target, value, options);
  }

  delete<S extends MaybeSchema = undefined, T extends boolean = true>(
    target: ClientTarget,
    options: ClientRequestOptions<S, T> = {},
  ): Promise<ReplyOf<S, T>> {
    return this.#send("DELETE", target, undefined, options);
  }

  /** RFC 8132 §2. @param value what to look for */
  fetch<S extends MaybeSchema = undefined, T extends boolean = true, E extends Etags | undefined = undefined>(
    target: ClientTarget,
    value: unknown,
    options: ClientFetchOptions<S, T, E> = {},
  ): Promise<ReplyOf<S, T, E>> {
    return this.#send("FETCH", target, value, options);
  }

  /** RFC 8132 §3. @param value what to change, in a patch format such as `merge-patch+json` */
  patch<S extends MaybeSchema = undefined, T extends boolean = true>(
    target: ClientTarget,
    value: unknown,
    options: ClientPayloadOptions<S, T> = {},
  ): Promise<ReplyOf<S, T>> {
    return this.#send("PATCH", target, value, options);
  }

  /** A patch that may be applied twice. RFC 8132 §3. @param value as for `patch` */
  ipatch<S extends MaybeSchema = undefined, T extends boolean = true>(
    target: ClientTarget,
    value: unknown,
    options: ClientPayloadOptions<S, T> = {},
  ): Promise<ReplyOf<S, T>> {
    return this.#send("IPATCH", target, value, options);
  }

  /**
   * Replies as the resource changes: `for await`, and `break` to deregister. RFC 7641.
   * @throws RequestError, ConfigError, ClosedError at once; whatever else goes wrong ends the observation
   */
  observe<S extends MaybeSchema = undefined, T extends boolean = true>(
    target: ClientTarget,
    { value, ...options }: ClientObserveOptions<S, T> = {},
  ): Observation<ReplyOf<S, T>> {
    const method = value === undefined ? "GET" : "FETCH";
    const call = this.#call({ method, target: resolveTarget(target, options.query), value, options, observe: true });
    const { engine } = this.#parts;
    return new Observation({
      startDeadline: () => this.#deadlineOf(call),
      register: (signal) => engine.request(call.request, signal),
      read: (response) => this.#read<ReplyOf<S, T>>(call, response),
    });
  }

  /**
   * Links of a server that match the query, whether the server filters them or not. RFC 6690 §4.
   * @param target host, address or URI; without a path `/.well-known/core` is asked
   */
  async discover(target: ClientTarget, { query, ...options }: ClientDiscoverOptions = {}): Promise<readonly Link[]> {
    const call = this.#call({
      method: "GET",
      target: resolveDiscovery(target, query),
      options: { ...options, accept: ContentFormat.LinkFormat },
    });
    const reply = await this.#exchange<ClientReply>(call);
    return filterLinks(linksIn(reply, call.name), queryItems(query));
  }

  async #send<R>(method: MethodName, target: ClientTarget, value: unknown, options: ClientFetchOptions): Promise<R> {
    return this.#exchange(this.#call({ method, target: resolveTarget(target, options.query), value, options }));
  }

  #call(parts: CallParts): RequestCall {
    this.#parts.assertUsable();
    assertCapable(this.#parts.engine, parts);
    return requestCall(this.#parts.formats, parts);
  }

  async #exchange<R>(call: RequestCall): Promise<R> {
    const deadline = this.#deadlineOf(call);
    try {
      for await (const response of this.#parts.engine.request(call.request, deadline.signal))
        return await this.#read(call, response);
    } catch (error) {
      throw deadline.causeOf(error);
    } finally {
      deadline.end();
    }
    throw new ProtocolError(`${call.name} ended without a reply.`);
  }

  /** The reply has the type that the options of the call say. */
  #read<R>({ name, options }: RequestCall, response: ClientResponse): Promise<R> {
    return readReply(this.#parts.formats, response, name, options) as Promise<R>;
  }

  #deadlineOf({ name, options: { timeoutMs, signal } }: RequestCall): Deadline {
    return new Deadline(this.#parts.clock, name, timeoutMs, signal);
  }
}

/** @throws DecodeError for another format, and for what is no link document */
function linksIn(reply: ClientReply, request: string): readonly Link[] {
  const { contentFormat = ContentFormat.LinkFormat, payload } = reply;
  const links = contentFormat === ContentFormat.LinkFormat ? linkFormat.decode(payload, contentFormat) : undefined;
  if (links?.ok) return links.value as readonly Link[];
  const reason = links?.reason ?? `its content format is ${contentFormat}, not ${ContentFormat.LinkFormat}.`;
  throw new DecodeError(`The reply to ${request} has no links: ${reason}`, reply);
}
