import { type CoapUri, ContentFormat, filterLinks, type Link, type MethodName, ProtocolError } from "@coapkit/protocol";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { Clock } from "../ports/clock.js";
import type { ClientResponse, Engine, GroupResponse } from "../ports/engine.js";
import type {
  ClientDiscoverOptions,
  ClientFetchOptions,
  ClientGetOptions,
  ClientGroupDiscoverOptions,
  ClientGroupOptions,
  ClientObserveOptions,
  ClientPayloadOptions,
  ClientRequestOptions,
  Etags,
  MaybeSchema,
  ReplyOf,
} from "./client-options.js";
import type { ClientReply } from "./client-reply.js";
import {
  type ClientTarget,
  queryItems,
  resolveDiscovery,
  resolveGroup,
  resolveGroupDiscovery,
  resolveTarget,
} from "./client-target.js";
import { Deadline } from "./deadline.js";
import { type GroupLinks, GroupReplies, type GroupReply, settle } from "./group-reply.js";
import { Observation } from "./observation.js";
import { readReply } from "./reply-decoder.js";
import { linksIn } from "./reply-links.js";
import {
  assertAsksGroups,
  assertCapable,
  type CallParts,
  groupRequest,
  type RequestCall,
  requestCall,
} from "./request-call.js";

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

  /**
   * Replies of a group to a GET, one from each member that answers. RFC 7252 §8. Members whose answer is an error, or
   * cannot be decoded, have an `error` instead.
   * @param target URI of a group, such as `coap://224.0.1.187/temperature`
   * @throws RequestError, ConfigError, ClosedError at once
   */
  getGroup<S extends MaybeSchema = undefined, T extends boolean = true>(
    target: string | CoapUri,
    options: ClientGroupOptions<S, T> = {},
  ): GroupReplies<GroupReply<ReplyOf<S, T>>> {
    const call = this.#call({ method: "GET", target: resolveGroup(target, options.query), options });
    return this.#askGroup(call, (response) => settle(response.peer, this.#read<ReplyOf<S, T>>(call, response)));
  }

  /**
   * Links of each member of a group that has any that match the query. RFC 6690 §4, RFC 7252 §8.
   * @param target address or URI of a group, such as `224.0.1.187` or `coap://[ff02::fd%25eth0]`; without a path
   * `/.well-known/core` is asked
   * @throws RequestError, ConfigError, ClosedError at once
   */
  discoverGroup(
    target: string | CoapUri,
    { query, ...options }: ClientGroupDiscoverOptions = {},
  ): GroupReplies<GroupLinks> {
    const call = this.#call({
      method: "GET",
      target: resolveGroupDiscovery(target, query),
      options: { ...options, accept: ContentFormat.LinkFormat },
    });
    return this.#askGroup(call, async (response) => {
      const reading = this.#read<ClientReply>(call, response).then((reply) => linksIn(reply, call.name));
      const { peer, reply: all = [], error } = await settle(response.peer, reading);
      const links = filterLinks(all, queryItems(query));
      return links.length === 0 && error === undefined ? undefined : { peer, links, error };
    });
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

  /** The time of a group's answers is the engine's matter. */
  #askGroup<R>(call: RequestCall, read: (response: GroupResponse) => Promise<R | undefined>): GroupReplies<R> {
    const { name, options } = call;
    const { engine } = this.#parts;
    assertAsksGroups(engine, name);
    const request = groupRequest(call);
    return new GroupReplies({
      startDeadline: () => new Deadline(this.#parts.clock, name, undefined, options.signal),
      register: (signal) => engine.discover(request, signal),
      read,
    });
  }

  /** The reply has the type that the options of the call say. */
  #read<R>({ name, options }: RequestCall, response: ClientResponse): Promise<R> {
    return readReply(this.#parts.formats, response, name, options) as Promise<R>;
  }

  #deadlineOf({ name, options: { timeoutMs, signal } }: RequestCall): Deadline {
    return new Deadline(this.#parts.clock, name, timeoutMs, signal);
  }
}
