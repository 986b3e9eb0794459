import { Client, type DiscoveryRequest } from "../client/client.js";
import { ClientCounters } from "../client/client-counters.js";
import type { IncomingResponse } from "../client/incoming-response.js";
import type { OutgoingRequest, RequestTarget } from "../client/outgoing-request.js";
import { DEFAULT_RESPONSE_LIMIT_BYTES } from "../client/transfer.js";
import { codeClass } from "../code/code.js";
import { MessageWindows } from "../dedup/message-windows.js";
import { InterestLostReason } from "../exchange/interest-lost-reason.js";
import type { ServerExchange } from "../exchange/server-exchange.js";
import { MessageScanner, Verdict } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import { Observation } from "../observe/observation.js";
import type { StoredObservation } from "../observe/stored-observation.js";
import { OptionRegistry } from "../option/option-registry.js";
import { type TransmissionParameters, transmissionParameters } from "../parameters/transmission-parameters.js";
import { PeerDirectory, type PeerId } from "../peer/peer-directory.js";
import { PeerIdentities } from "../peer/peer-identities.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { Clock } from "../ports/clock.js";
import { BATCH_STRIDE, type BoundAddress, type Transport } from "../ports/transport.js";
import { ConfirmableSender, Outcome } from "../reliability/confirmable-sender.js";
import { CoarseClock } from "./coarse-clock.js";
import { EndpointCounters } from "./endpoint-counters.js";
import { DEFAULT_LIMITS, type EndpointLimits, type EndpointOptions, withDefaults } from "./endpoint-options.js";
import { GroupServer } from "./group-server.js";
import { LeisureQueue } from "./leisure-queue.js";
import { notificationPort } from "./notification-port.js";
import { Outbox } from "./outbox.js";
import { restoredExchange } from "./restored-exchange.js";
import { Server, type ServerParts } from "./server.js";
import { ServerBlocks } from "./server-blocks.js";

const REQUEST_CLASS = 0;
/** How often a closing endpoint looks whether it is done. */
const DRAIN_STEP_MS = 10;

/** CoAP over one transport: server and client on one socket. RFC 7252. */
export class Endpoint {
  readonly parameters: TransmissionParameters;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #peers: PeerDirectory;
  readonly #windows: MessageWindows;
  readonly #outbox: Outbox;
  readonly #sender: ConfirmableSender;
  readonly #blocks: ServerBlocks;
  readonly #observation: Observation;
  readonly #server: Server;
  /** There where the transport receives from groups. */
  readonly #groupServer: GroupServer | undefined;
  readonly #client: Client;
  readonly #coarseClock: CoarseClock;
  readonly #scanner = new MessageScanner();
  readonly #counters = new EndpointCounters();
  readonly #identities: PeerIdentities;

  constructor(options: EndpointOptions) {
    const { transport, clock, random } = options;
    const { piggybackMs, blockBytes, bodyLimitBytes, streamsBody, onRequest, onWarning } = withDefaults(options);
    const limits: EndpointLimits = { ...DEFAULT_LIMITS, ...options.limits };
    this.parameters = transmissionParameters(options.parameters);
    this.#transport = transport;
    this.#clock = clock;
    this.#peers = new PeerDirectory(
      limits.peers,
      (peer) => this.#forget(peer),
      (peer) => this.#endSession(peer),
    );
    this.#identities = new PeerIdentities(this.#peers, transport);
    const exchangeLifetimeS = Math.ceil(this.parameters.exchangeLifetimeMs / 1_000);
    this.#windows = new MessageWindows(limits.peers, limits.messageWindowBytes, exchangeLifetimeS);
    const { parameters } = this;
    const { exchangeLifetimeMs: lifetimeMs } = parameters;
    this.#outbox = new Outbox(transport, limits, { peers: limits.peers, random, clock, lifetimeMs });
    const { transmit } = this.#outbox;
    this.#sender = new ConfirmableSender({ parameters, clock, random, peers: this.#peers, transmit });
    this.#coarseClock = new CoarseClock(clock);
    this.#blocks = new ServerBlocks({
      clock,
      limits,
      blockBytes,
      bodyLimitBytes,
      streamsBody,
    });
    const port = notificationPort(this.#outbox, this.#blocks, this.#peers, () => this.#server);
    const { nonNotificationIntervalMs } = this.parameters;
    this.#observation = new Observation(limits, nonNotificationIntervalMs, this.#sender, clock, port);
    const serverParts: ServerParts = {
      clock,
      piggybackMs,
      limits,
      exchangeLifetimeS,
      nonLifetimeS: Math.ceil(this.parameters.nonLifetimeMs / 1_000),
      coarseClock: this.#coarseClock,
      counters: this.#counters,
      observation: this.#observation,
      outbox: this.#outbox,
      peers: this.#peers,
      sender: this.#sender,
      windows: this.#windows,
      blocks: this.#blocks,
      keepsReceivedBytes: transport.keepsReceivedBytes,
      identify: (peer) => this.#identities.of(peer),
      onRequest,
      onWarning,
    };
    this.#server = new Server(serverParts);
    this.#groupServer = this.#groupServerOf(serverParts, options, limits.groupResponses);
    this.#client = new Client({
      clock,
      random,
      transport,
      blockBytes,
      parameters: this.parameters,
      coarseClock: this.#coarseClock,
      counters: this.#counters,
      clientCounters: new ClientCounters(),
      outbox: this.#outbox,
      peers: this.#peers,
      sender: this.#sender,
      windows: this.#windows,
      optionRegistry: options.optionRegistry ?? new OptionRegistry(),
      keepsReceivedBytes: transport.keepsReceivedBytes,
      nonLifetimeS: Math.ceil(this.parameters.nonLifetimeMs / 1_000),
      maxRequests: limits.requests,
      responseLimitBytes: options.responseLimitBytes ?? DEFAULT_RESPONSE_LIMIT_BYTES,
      responseTimeoutMs: options.responseTimeoutMs ?? this.parameters.maxTransmitWaitMs,
      identify: (peer) => this.#identities.of(peer),
      isKnown: (peer) => this.knows(peer),
    });
  }

  /** Totals since the start, and levels. */
  get counters(): Readonly<Record<string, number>> {
    return {
      ...this.#counters,
      ...this.#peers.counters,
      ...this.#windows.counters,
      ...this.#sender.counters,
      ...this.#blocks.counters,
      ...this.#client.counters,
      ...this.#outbox.counters,
      openExchanges: this.#server.openExchanges + (this.#groupServer?.openExchanges ?? 0),
      groupResponsesWaiting: this.#groupServer?.waitingResponses ?? 0,
      ...this.#observation.counters,
    };
  }

  /** Starts receiving. @throws NetworkError when the address cannot be bound, or a group cannot be joined */
  async open(): Promise<BoundAddress> {
    const bound = await this.#transport.open(this.#peers, (buffer, index, count) => {
      for (let i = 0; i < count * BATCH_STRIDE; i += BATCH_STRIDE) {
        this.#receive(buffer, index[i] as number, index[i + 1] as number, index[i + 2] as number);
      }
    });
    const { multicast } = this.#transport;
    const groupServer = this.#groupServer;
    if (multicast !== undefined && groupServer !== undefined) await this.#openGroups(groupServer.open(multicast));
    return bound;
  }

  /**
   * Sends a request when the iterable is first read: one response, several when observing or streaming. Leaving the
   * iterable ends an observation.
   *
   * It throws TimeoutError, ResetError, ClosedError, or AbortedError when the signal fires; ProtocolError and
   * ResponseTooLargeError for bodies that cannot be had; RequestLimitError, RequestError and OptionValueError when
   * nothing was sent.
   */
  request(request: OutgoingRequest, signal?: AbortSignal): AsyncIterableIterator<IncomingResponse, void, undefined> {
    return this.#client.request(request, signal);
  }

  /** Asks a group, as NON, and gives the answers as they come until the time is over. RFC 7252 §8. Throws as `request`. */
  discover(request: DiscoveryRequest, signal?: AbortSignal): AsyncIterableIterator<IncomingResponse, void, undefined> {
    return this.#client.discover(request, signal);
  }

  /** Finds out whether a peer is there. RFC 7252 §4.3. Rejects with TimeoutError where it is not, and as `request`. */
  ping(target: RequestTarget, signal?: AbortSignal): Promise<void> {
    return this.#client.ping(target, signal);
  }

  /** Takes up an observation from before a restart; undefined where there is no room. Rejects as `request` throws. */
  async restoreObservation(stored: StoredObservation): Promise<ServerExchange | undefined> {
    const peer = await this.#transport.resolve(stored.address, stored.port);
    const exchange = restoredExchange(stored, peer, this.#outbox, this.#identities, this.#server);
    return this.#observation.restore(exchange, stored.sequence) ? exchange : undefined;
  }

  /** Whether this endpoint has met the peer and has not forgotten it since, nor has its session ended. */
  knows(peer: RemotePeer): boolean {
    return this.#identities.knows(peer);
  }

  /**
   * Ends observations, then lets go of the socket and of everything that waits.
   * @param drainMs time for open exchanges to be answered and for what was sent to be acknowledged, in milliseconds
   */
  async close(drainMs = 0): Promise<void> {
    this.#observation.endAll();
    await this.#drained(drainMs);
    this.#client.close();
    this.#server.close();
    this.#groupServer?.close();
    this.#sender.cancelAll();
    this.#blocks.clear();
    this.#coarseClock.stop();
    await this.#transport.close();
  }

  #groupServerOf(
    parts: ServerParts,
    { transport, clock, random }: EndpointOptions,
    maxWaiting: number,
  ): GroupServer | undefined {
    if (transport.multicast === undefined) return undefined;
    const leisureMs = this.parameters.defaultLeisureMs;
    const transmit = (peer: PeerId, datagram: Uint8Array): void => {
      this.#counters.responses++;
      this.#outbox.transmit(peer, datagram);
    };
    const queue = new LeisureQueue({ clock, random, peers: this.#peers, leisureMs, maxWaiting, transmit });
    return new GroupServer({ ...parts, keepsReceivedBytes: transport.multicast.keepsReceivedBytes, queue });
  }

  /** What cannot receive from groups does not receive at all. */
  #openGroups(opening: Promise<void>): Promise<void> {
    return opening.catch(async (error: unknown) => {
      await this.#transport.close();
      throw error;
    });
  }

  async #drained(drainMs: number): Promise<void> {
    const untilMs = this.#clock.nowMs() + drainMs;
    while (this.#isBusy() && this.#clock.nowMs() < untilMs) {
      await new Promise<void>((resolve) => this.#clock.setTimer(DRAIN_STEP_MS, resolve));
    }
  }

  #isBusy(): boolean {
    const { unacknowledged, queued } = this.#sender.counters;
    const { openExchanges = 0, waitingResponses = 0 } = this.#groupServer ?? {};
    return this.#server.openExchanges + openExchanges + waitingResponses + unacknowledged + queued > 0;
  }

  #receive(buffer: Uint8Array, start: number, end: number, peer: PeerId): void {
    const message = this.#scanner;
    this.#counters.received++;
    const verdict = message.scan(buffer, start, end);
    if (verdict === Verdict.Ignore) this.#counters.notCoap++;
    else if (verdict === Verdict.FormatError) this.#reject(peer, message);
    else if (message.code === 0) this.#receiveEmpty(peer, message);
    else if (codeClass(message.code) === REQUEST_CLASS && message.type <= Type.NON)
      this.#server.receive(peer, buffer, start, end, message);
    else this.#client.receive(peer, buffer, start, end, message);
  }

  /** RFC 7252 §4.2, §4.3: a CON that cannot be processed is reset, everything else is left alone. */
  #reject(peer: PeerId, message: MessageScanner): void {
    this.#counters.malformed++;
    if (message.type === Type.CON) this.#outbox.sendEmpty(peer, Type.RST, message.messageId);
  }

  #receiveEmpty(peer: PeerId, { type, messageId }: MessageScanner): void {
    if (type === Type.CON) {
      this.#counters.pings++;
      this.#outbox.sendEmpty(peer, Type.RST, messageId);
    } else if (type === Type.ACK) {
      if (!this.#sender.settle(peer, messageId, Outcome.Acknowledged)) this.#counters.unmatched++;
    } else if (type === Type.RST) {
      if (!this.#isReset(peer, messageId)) this.#counters.unmatched++;
    }
  }

  #isReset(peer: PeerId, messageId: number): boolean {
    if (this.#sender.settle(peer, messageId, Outcome.Reset)) return true;
    return this.#observation.onReset(peer, messageId) || this.#client.onReset(peer, messageId);
  }

  /** Nothing more comes from the peer, and nothing reaches it. What still runs for it keeps its number for a while. */
  #endSession(peer: PeerId): void {
    this.#identities.of(peer).retire();
    this.#observation.endPeer(peer, InterestLostReason.SessionEnded);
    this.#client.endPeer(peer);
    this.#server.endPeer(peer);
    this.#sender.cancelPeer(peer);
    this.#blocks.forgetPeer(peer);
  }

  #forget(peer: PeerId): void {
    this.#windows.forgetPeer(peer);
    this.#blocks.forgetPeer(peer);
    this.#client.forgetPeer(peer);
    this.#outbox.forgetPeer(peer);
    this.#identities.forget(peer);
  }
}
