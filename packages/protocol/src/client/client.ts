import { szxFor } from "../block/block-option.js";
import { AbortedError, NetworkError } from "../errors/network-error.js";
import { ProtocolError } from "../errors/protocol-error.js";
import type { MessageScanner } from "../message/message-scanner.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { Transport } from "../ports/transport.js";
import type { CoapUri } from "../uri/coap-uri.js";
import { uriToOptions } from "../uri/uri-to-options.js";
import { abortable } from "./abortable.js";
import { AbortableIterator } from "./abortable-iterator.js";
import { abortedError, RequestError, sessionEndedError } from "./client-error.js";
import { ClientObservation } from "./client-observation.js";
import { Discovery } from "./discovery.js";
import type { IncomingResponse } from "./incoming-response.js";
import type { OutgoingRequest, RequestTarget, UriTarget } from "./outgoing-request.js";
import { ANY_PEER } from "./pending-table.js";
import { ping } from "./ping.js";
import { Requester } from "./requester.js";
import type { RequesterParts } from "./requester-parts.js";
import type { ResolvedRequest } from "./resolved-request.js";
import { blockEntry, Transfer } from "./transfer.js";

/** What the client side works with. */
export interface ClientParts extends RequesterParts {
  readonly transport: Pick<Transport, "resolve" | "scheme">;
  readonly blockBytes: number;
  readonly responseLimitBytes: number;
  readonly responseTimeoutMs: number;
  /** Whether the peer has its number still: that of one that was forgotten may be another's. */
  isKnown(peer: RemotePeer): boolean;
}

/** A request to a group. */
export interface DiscoveryRequest extends UriTarget {
  readonly method: number;
  readonly options?: readonly OptionEntry[] | undefined;
  /** How long answers are awaited, in milliseconds. @defaultValue DEFAULT_LEISURE and one ACK_TIMEOUT: 8000 */
  readonly timeoutMs?: number | undefined;
}

const MAX_BLOCK_BYTES = 1_024;
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** The client's side of an endpoint. RFC 7252 §5, RFC 7641 §3, RFC 7959. */
export class Client {
  readonly #parts: ClientParts;
  readonly #requester: Requester;
  #observations = 0;
  #pings = 0;
  #requestTag = 0;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#requester = new Requester(parts);
  }

  get counters(): Readonly<Record<string, number>> {
    return {
      ...this.#parts.clientCounters,
      pendingRequests: this.#requester.size + this.#pings,
      observations: this.#observations,
      requestsPaced: this.#requester.paced,
    };
  }

  /** Takes a message with a response: `message` describes `buffer[start, end)`. */
  receive(peer: PeerId, buffer: Uint8Array, start: number, end: number, message: MessageScanner): void {
    this.#requester.receive(peer, buffer, start, end, message);
  }

  /** @returns false where the RST rejects no request */
  onReset(peer: PeerId, messageId: number): boolean {
    return this.#requester.onReset(peer, messageId);
  }

  /** See `Endpoint.request`. */
  request(request: OutgoingRequest, signal?: AbortSignal): AsyncIterableIterator<IncomingResponse, void, undefined> {
    return new AbortableIterator(signal, (inner) => this.#pinned(request, inner));
  }

  /** See `Endpoint.discover`. */
  discover(request: DiscoveryRequest, signal?: AbortSignal): AsyncIterableIterator<IncomingResponse, void, undefined> {
    return new AbortableIterator(signal, (inner) => this.#discover(request, inner));
  }

  /** See `Endpoint.ping`. */
  async ping(target: RequestTarget, signal?: AbortSignal): Promise<void> {
    const peer = await this.#resolve(target, signal);
    this.#requester.assertRoom(this.#pings);
    this.#pings++;
    try {
      await ping(this.#parts.sender, peer, this.#parts.outbox.nextMessageId(peer), signal);
      this.#requester.answered(peer);
    } finally {
      this.#pings--;
    }
  }

  /** Fails what waits for a peer whose session has ended. */
  endPeer(peer: PeerId): void {
    this.#requester.endPeer(peer);
  }

  /** The number becomes another peer's. */
  forgetPeer(peer: PeerId): void {
    this.#requester.forgetPeer(peer);
  }

  /** Fails everything that waits. */
  close(): void {
    this.#requester.close();
  }

  async *#pinned(request: OutgoingRequest, signal: AbortSignal): AsyncGenerator<IncomingResponse, void, undefined> {
    this.#requester.assertRoom();
    const peer = await this.#resolve(request, signal);
    this.#parts.peers.pin(peer); // also between two of its blocks
    try {
      yield* this.#responses(request, this.#complete(request, peer), signal);
    } finally {
      this.#parts.peers.unpin(peer);
    }
  }

  async *#responses(
    { observe = false, stream = false }: OutgoingRequest,
    request: ResolvedRequest,
    signal: AbortSignal,
  ): AsyncGenerator<IncomingResponse, void, undefined> {
    const transfer = this.#transfer(request, signal);
    try {
      if (observe) yield* this.#observe(request, transfer, signal);
      else if (stream) yield* transfer.blocks(await transfer.send());
      else yield await transfer.complete(await transfer.send());
    } finally {
      if (!(request.body instanceof Uint8Array)) request.body.close?.();
    }
  }

  async *#observe(
    request: ResolvedRequest,
    transfer: Transfer,
    signal: AbortSignal,
  ): AsyncGenerator<IncomingResponse, void, undefined> {
    const { szx, asksForBlocks, options } = request;
    const block2 = blockEntry(OptionNumber.Block2, { number: 0, more: false, szx });
    const registration = asksForBlocks ? [...options, block2] : options;
    const observation = new ClientObservation(this.#requester, request, registration, bodyOf(request), this.#parts);
    const onAbort = (): void => observation.abort(abortedError(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    this.#observations++;
    try {
      observation.register();
      for (let next = await observation.next(); next !== undefined; next = await observation.next()) {
        const whole = await completeUnlessNewer(transfer, next, observation);
        if (whole !== undefined) yield whole;
      }
    } finally {
      this.#observations--;
      signal.removeEventListener("abort", onAbort);
      observation.leave();
    }
  }

  async *#discover(request: DiscoveryRequest, signal: AbortSignal): AsyncGenerator<IncomingResponse, void, undefined> {
    const { defaultLeisureMs, ackTimeoutMs, ackRandomFactor } = this.#parts.parameters;
    if (request.options?.some(({ number }) => number === OptionNumber.ETag))
      throw new RequestError(
        "A group is not asked with ETag (RFC 7252 §8.2.1); leave it out, and validate by unicast.",
      );
    const { method, timeoutMs = defaultLeisureMs + ackTimeoutMs * ackRandomFactor } = request;
    const group = await this.#resolve(request, signal);
    const resolved = this.#complete(request, group);
    const discovery = new Discovery(this.#parts.clientCounters);
    const onAbort = (): void => discovery.end(abortedError(signal));
    const pending = this.#requester.open(ANY_PEER, discovery, timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      this.#requester.sendToGroup(pending, group, {
        method,
        confirmable: false,
        options: resolved.options,
        payload: NOTHING,
      });
      this.#requester.schedule(pending, timeoutMs);
      for (let next = await discovery.next(); next !== undefined; next = await discovery.next()) {
        const whole = await this.#completeUnicast({ ...resolved, peer: next.peer.id }, next, signal);
        if (whole !== undefined) yield whole;
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#requester.end(pending);
    }
  }

  /** The rest of an answer comes from the one who gave it (RFC 7959 §2.8); one that fails does not spoil the others. */
  async #completeUnicast(
    request: ResolvedRequest,
    first: IncomingResponse,
    signal: AbortSignal,
  ): Promise<IncomingResponse | undefined> {
    try {
      return await this.#transfer(request, signal).complete(first);
    } catch (error) {
      if (error instanceof AbortedError || !(error instanceof NetworkError || error instanceof ProtocolError))
        throw error;
      this.#parts.clientCounters.responsesSkipped++;
      return undefined;
    }
  }

  #transfer(request: ResolvedRequest, signal: AbortSignal): Transfer {
    this.#requestTag = (this.#requestTag + 1) >>> 0;
    return new Transfer(this.#requester, request, this.#requestTag, signal);
  }

  /** Fills in what the caller left out. */
  #complete(request: OutgoingRequest, peer: PeerId): ResolvedRequest {
    const { method, confirmable = true, payload = NOTHING, stream = false } = request;
    const { responseLimitBytes, responseTimeoutMs, transport } = this.#parts;
    const blockBytes = request.blockBytes ?? this.#parts.blockBytes;
    return {
      peer,
      method,
      confirmable,
      options: [...targetOptions(request), ...(request.options ?? [])],
      body: typeof payload === "string" ? encoder.encode(payload) : payload,
      szx: szxFor(blockBytes),
      asksForBlocks: request.blockBytes !== undefined || blockBytes < MAX_BLOCK_BYTES,
      responseLimitBytes: request.responseLimitBytes ?? (stream ? undefined : responseLimitBytes),
      responseTimeoutMs: request.responseTimeoutMs ?? responseTimeoutMs,
      keepsToken: transport.scheme === "coap",
    };
  }

  /**
   * @throws RequestError for a scheme that is not the transport's; a `NetworkError` where there is no such host, or the
   * peer's session has ended: somebody else may be at its address
   */
  #resolve(target: RequestTarget, signal: AbortSignal | undefined): Promise<PeerId> {
    const { transport } = this.#parts;
    if ("peer" in target && this.#parts.isKnown(target.peer)) return Promise.resolve(target.peer.id);
    if ("peer" in target && target.peer.hasSession) return Promise.reject(sessionEndedError(target.peer));
    const { scheme, host, port } = "uri" in target ? target.uri : addressOf(target.peer);
    if (scheme === transport.scheme) return abortable(transport.resolve(host, port), signal);
    const text = `A request for ${scheme} cannot go over ${transport.scheme}; use a transport that speaks ${scheme}.`;
    return Promise.reject(new RequestError(text));
  }
}

function addressOf({ scheme, address, port }: RemotePeer): Pick<CoapUri, "scheme" | "host" | "port"> {
  return { scheme, host: address, port };
}

function targetOptions(target: RequestTarget): OptionEntry[] {
  if ("uri" in target) return uriToOptions(target.uri);
  const { path = [], query = [] } = target;
  return [
    ...path.map((value) => ({ number: OptionNumber.UriPath, value })),
    ...query.map((value) => ({ number: OptionNumber.UriQuery, value })),
  ];
}

/** @throws RequestError where it does not fit one message */
function bodyOf({ body, szx }: ResolvedRequest): Uint8Array {
  if (body instanceof Uint8Array && body.length <= 2 ** (szx + 4)) return body;
  throw new RequestError("A request to observe has one message; shorten its payload or raise blockBytes.");
}

/** @returns undefined where the rest of a notification could not be had because there is a newer one */
async function completeUnlessNewer(
  transfer: Transfer,
  notification: IncomingResponse,
  observation: ClientObservation,
): Promise<IncomingResponse | undefined> {
  try {
    return await transfer.complete(notification);
  } catch (error) {
    if (error instanceof ProtocolError && observation.hasNewer) return undefined;
    throw error;
  }
}
