import { Code } from "../code/code.js";
import type { ServerExchange } from "../exchange/server-exchange.js";
import type { OptionRegistry } from "../option/option-registry.js";
import type { OptionsView } from "../option/options-view.js";
import type { TransmissionSettings } from "../parameters/transmission-parameters.js";
import type { Clock } from "../ports/clock.js";
import type { RandomSource } from "../ports/random-source.js";
import type { Transport } from "../ports/transport.js";

/** What an endpoint holds at most. Each has a counter. */
export interface EndpointLimits {
  /** Peers known at a time; the longest unseen goes first. @defaultValue 65536 */
  readonly peers: number;
  /** Memory for remembered message IDs beyond 16 for each peer, in bytes. @defaultValue 16 MiB */
  readonly messageWindowBytes: number;
  /**
   * Memory for the replies of POST, PUT, DELETE, PATCH and iPATCH, in bytes: the largest power of two within it is used, at
   * least 4 KiB. @defaultValue 16 MiB
   */
  readonly replyBytes: number;
  /** Memory for the replies of GET and FETCH, in bytes: likewise. @defaultValue 4 MiB */
  readonly safeReplyBytes: number;
  /** Observers in all. @defaultValue 10000 */
  readonly observers: number;
  /** Observers of one peer. @defaultValue 100 */
  readonly observersPerPeer: number;
  /** Memory for unfinished request bodies, in bytes. @defaultValue 16 MiB */
  readonly bodiesBytes: number;
  /** Unfinished request bodies of one peer. @defaultValue 16 */
  readonly bodiesPerPeer: number;
  /** Time after which an unfinished body is forgotten, in milliseconds. @defaultValue 60000 */
  readonly bodyIdleMs: number;
  /** Request bodies that are handed over as they arrive, in all; each holds one block. @defaultValue 1024 */
  readonly streamedUploads: number;
  /** Memory for representations that clients fetch block by block, in bytes. @defaultValue 16 MiB */
  readonly representationsBytes: number;
  /** Separate responses that await their ACK or their turn, in all; beyond that they are sent as NON. @defaultValue 4096 */
  readonly separateResponses: number;
  /** Messages to one peer that wait for NSTART; beyond that separate responses to it are sent as NON. @defaultValue 64 */
  readonly separateResponsesPerPeer: number;
  /** Responses to group requests that wait for their time, in all; beyond that they are left out. RFC 7252 §8.2. @defaultValue 256 */
  readonly groupResponses: number;
  /** Longest token of a request, in bytes; a longer one is answered 4.00. RFC 8974 §2.2.2. @defaultValue 1024 */
  readonly tokenBytes: number;
  /** Requests under way as a client, observations among them. @defaultValue 4096 */
  readonly requests: number;
}

/** The limits unless they are set otherwise. */
export const DEFAULT_LIMITS: EndpointLimits = Object.freeze({
  peers: 65_536,
  messageWindowBytes: 16 * 1024 * 1024,
  replyBytes: 16 * 1024 * 1024,
  safeReplyBytes: 4 * 1024 * 1024,
  observers: 10_000,
  observersPerPeer: 100,
  bodiesBytes: 16 * 1024 * 1024,
  bodiesPerPeer: 16,
  bodyIdleMs: 60_000,
  streamedUploads: 1_024,
  representationsBytes: 16 * 1024 * 1024,
  separateResponses: 4_096,
  separateResponsesPerPeer: 64,
  groupResponses: 256,
  tokenBytes: 1_024,
  requests: 4_096,
});

/** What an endpoint is made of. */
export interface EndpointOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly parameters?: TransmissionSettings | undefined;
  readonly limits?: Partial<EndpointLimits> | undefined;
  /** How long a handler may take before an empty ACK goes ahead of its answer, in milliseconds. @defaultValue 100 */
  readonly piggybackMs?: number | undefined;
  /** Largest payload in a message, in bytes: 16 to 1024. @defaultValue 1024 */
  readonly blockBytes?: number | undefined;
  /** Answers requests; without it the endpoint is a client only, and requests are answered 4.04. */
  readonly onRequest?: ((exchange: ServerExchange) => void) | undefined;
  /** Largest body in bytes that a request may have. @defaultValue 1 MiB for every request */
  readonly bodyLimitBytes?: ((method: number, options: OptionsView) => number) | undefined;
  /**
   * Whether a request's body is handed over while it arrives in blocks, as `request.bodyStream`, so that it is never in
   * memory as a whole: the client is told to continue when the handler asks for the next block. Asked for each block, so it
   * must depend on method and options alone. RFC 7959 §2.5. @defaultValue for no request
   */
  readonly streamsBody?: ((method: number, options: OptionsView) => boolean) | undefined;
  /**
   * How long a client awaits the response to a request that was acknowledged or went as NON, in milliseconds. RFC 7252
   * §5.2.2 sets no limit: the default leaves room for a handler of 48 s and for all transmissions of its answer, which
   * take up to MAX_TRANSMIT_SPAN (45 s). @defaultValue MAX_TRANSMIT_WAIT, 93000
   */
  readonly responseTimeoutMs?: number | undefined;
  /** Largest body of a response, in bytes. @defaultValue 1 MiB */
  readonly responseLimitBytes?: number | undefined;
  /** Options that are recognized in responses. RFC 7252 §5.4.1. @defaultValue those of the standards */
  readonly optionRegistry?: OptionRegistry | undefined;
  /** Told of what a peer or the network did wrong, for logs. */
  readonly onWarning?: ((fields: Readonly<Record<string, unknown>>, message: string) => void) | undefined;
}

const NOT_FOUND = { code: Code.NotFound, contentFormat: undefined, options: [], payload: "" } as const;
const DEFAULT_BODY_LIMIT_BYTES = 1_048_576;

/** The options that an endpoint hands on, with what holds where they say nothing. */
export function withDefaults(options: EndpointOptions) {
  return {
    piggybackMs: options.piggybackMs ?? 100,
    blockBytes: options.blockBytes ?? 1_024,
    bodyLimitBytes: options.bodyLimitBytes ?? (() => DEFAULT_BODY_LIMIT_BYTES),
    streamsBody: options.streamsBody ?? (() => false),
    onRequest: options.onRequest ?? ((exchange: ServerExchange) => exchange.respond(NOT_FOUND)),
    onWarning: options.onWarning ?? (() => undefined),
  };
}
