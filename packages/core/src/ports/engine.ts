import type {
  BlockSource,
  CoapScheme,
  CoapUri,
  InterestLostReason,
  OptionEntry,
  OptionRegistry,
  OptionsView,
  Principal,
} from "@coapkit/protocol";
import type { EngineCapabilities } from "./capabilities.js";
import type { Clock } from "./clock.js";
import type { Logger } from "./logger.js";
import type { TransportFactory } from "./transport-factory.js";

/** Whom a message came from; the identity that message IDs, tokens, block and observe state are keyed by. */
export interface Peer {
  /** Equal exactly when two messages may belong together (UDP: remote address and port; DTLS: plus the session). */
  readonly key: string;
  /** URI scheme the peer used: `coap`, `coaps`, … RFC 7252 §6. */
  readonly scheme: string;
  /** Remote address in text form, without brackets. */
  readonly address: string;
  readonly port: number;
  /** Who it is, as its transport has verified it; absent where nothing was verified. */
  readonly principal?: Principal | undefined;
}

/**
 * A request: block-wise transfer is undone below this port (RFC 7959), also where its body is still arriving.
 * Its bytes are valid until the handler's first await; what outlives that is copied.
 */
export interface Request {
  /** Method code, 0.01 to 0.31 as a code byte. RFC 7252 §5.8. */
  readonly method: number;
  /** Whether the message was confirmable. RFC 7252 §4.2. */
  readonly confirmable: boolean;
  readonly messageId: number;
  readonly token: Uint8Array;
  readonly options: OptionsView;
  readonly payload: Uint8Array;
  /**
   * The body as it arrives, where `EngineHost.streamsBody` asks for it and it comes in blocks; `payload` is empty then.
   * Iterated once; it throws when the body cannot be completed, an error with `responseCode` where a block was refused with
   * that. The engine ends the transfer when the exchange is answered.
   * RFC 7959 §2.5. Absent where the body is whole.
   */
  readonly bodyStream?: AsyncIterable<Uint8Array> | undefined;
  /** Whether the request came to a group, so that errors and empty answers are left out. RFC 7252 §8. Absent: no. */
  readonly isMulticast?: boolean | undefined;
  readonly peer: Peer;
  /**
   * The request as it came, where this one is a copy with other options that a plugin has made to run the handler again: what
   * was found out about that one holds for this one, too. Absent: it came like this.
   */
  readonly origin?: Request | undefined;
}

/** A whole response, ready for the wire but for its header, token and block options. */
export interface Response {
  /** Response code byte, 2.00 to 5.31. RFC 7252 §5.9. */
  readonly code: number;
  /** Content-Format of the payload, or `undefined` where there is none (a diagnostic text has none, RFC 7252 §5.5.2). */
  readonly contentFormat: number | undefined;
  /** Every other option; the engine sorts them. */
  readonly options: readonly OptionEntry[];
  /** Payload bytes; a string is sent as UTF-8. */
  readonly payload: Uint8Array | string;
}

/** A response whose body is read as its client asks for it. */
export interface SourceResponse extends Omit<Response, "payload"> {
  readonly payload: BlockSource;
}

/** One request and its answers. The first call of `respond` or `ignore` ends it; later ones have no effect. */
export interface Exchange {
  readonly request: Request;
  /** Sends the last answer: piggybacked where the time allows, else as a separate response. RFC 7252 §5.2. */
  respond(response: Response): void;
  /**
   * `respond` with a body that is read block by block, so that it never is in memory as a whole. RFC 7959 §2.4.
   * Absent where an engine needs whole bodies: then the kernel reads them.
   */
  respondFrom?(response: SourceResponse): void;
  /** Ends the exchange without an answer: silence for NON. RFC 7252 §5.4.1. */
  ignore(): void;
  /**
   * Sends a representation and keeps the client's interest (RFC 7641); the first call registers it, and is the answer:
   * `respond` has no effect from then on. A representation that is no success is the last one, RFC 7641 §4.2.
   * @param confirmable send as CON or NON; default: the engine's choice
   * @returns false once interest has ended, or where the request asked for none or there is no room: then `respond`
   */
  notify(response: Response, confirmable?: boolean): boolean;
  /** Acknowledges a CON at once, where the engine can: the answer will be a separate response. RFC 7252 §5.2.2. */
  acknowledge?(): void;
  /** Calls back once with the reason, when the client's interest ends. */
  onInterestLost(callback: (reason: InterestLostReason) => void): void;
}

/** What an engine has to know of an observation to take it up again after a restart. RFC 7641 §4.1. */
export interface StoredObservation {
  /** Whom to notify, from the socket that listens for this scheme. */
  readonly peer: Pick<Peer, "scheme" | "address" | "port">;
  /** Method of the registration, as a code byte. */
  readonly method: number;
  readonly token: Uint8Array;
  /** Options of the registration, Observe among them. */
  readonly options: readonly OptionEntry[];
  readonly payload: Uint8Array;
  /** Value of the next Observe option; has to be newer than any that the client may have seen. RFC 7641 §3.4. */
  readonly sequence: number;
}

/** A request to send as a client. */
export interface ClientRequest {
  /** Where to: scheme, host, port, path and query. */
  readonly uri: CoapUri;
  /**
   * A peer that called us: it is asked over the socket that it called on, also through a NAT; host and port of `uri` have
   * no effect then. Needs the capability `callBack`.
   */
  readonly peer?: Peer | undefined;
  /** Method code byte. */
  readonly method: number;
  /** Send as CON (the default) or NON. */
  readonly confirmable?: boolean | undefined;
  /** Options beside those that the URI stands for. */
  readonly options?: readonly OptionEntry[] | undefined;
  readonly payload?: Uint8Array | string | undefined;
  /** Register for notifications (RFC 7641): the iterable goes on until it is left or the server ends it. */
  readonly observe?: boolean | undefined;
}

/** A response as a client sees it. */
export interface ClientResponse {
  readonly code: number;
  readonly options: OptionsView;
  readonly payload: Uint8Array;
  /** Whom it came from; absent where an engine does not say. */
  readonly peer?: Peer | undefined;
}

/** A request to a group, sent as NON. RFC 7252 §8.1. */
export interface GroupRequest extends Pick<ClientRequest, "method" | "options" | "uri"> {
  /** How long answers are awaited, in milliseconds. @defaultValue the engine's */
  readonly timeoutMs?: number | undefined;
}

/** A response of one member of a group. */
export interface GroupResponse extends ClientResponse {
  readonly peer: Peer;
}

/** Where an engine really listens. */
export interface BoundAddress {
  readonly scheme: string;
  readonly address: string;
  /** The port in use, also where 0 was asked for. */
  readonly port: number;
}

/** Named totals since the start, and levels; whole numbers, read on demand. */
export type EngineCounters = Readonly<Record<string, number>>;

/** What the kernel knows of a CoAP implementation. Block-wise transfer happens below it. */
export interface Engine {
  readonly name: string;
  /** Frozen; a plugin may require one, and boot fails clearly without it. */
  readonly capabilities: EngineCapabilities;
  /** @throws NetworkError when the address cannot be bound. */
  listen(address: CoapUri, onRequest: (exchange: Exchange) => void): Promise<BoundAddress>;
  /**
   * Sends a request; several responses when observing.
   * The iterable throws a NetworkError subclass on time-out, RST, close or abort.
   */
  request(request: ClientRequest, signal?: AbortSignal): AsyncIterable<ClientResponse>;
  /**
   * Asks a group, and gives the responses of its members as they come, until the time is over; the rest of one that is
   * larger than a block comes from its member (RFC 7959 §2.8). Throws as `request`. Absent where an engine cannot.
   */
  discover?(request: GroupRequest, signal?: AbortSignal): AsyncIterable<GroupResponse>;
  /**
   * Takes up an observation from before a restart: the exchange notifies its client, without having answered anything.
   * Absent where an engine cannot. @returns undefined where nothing listens for the scheme, or there is no room
   */
  restore?(observation: StoredObservation): Promise<Exchange | undefined>;
  /** Stops accepting, drains for at most `deadlineMs` milliseconds, then cuts. */
  close(deadlineMs: number): Promise<void>;
  readonly counters: EngineCounters;
}

/** What the kernel gives an engine when the app is created. */
export interface EngineHost {
  readonly clock: Clock;
  readonly log: Logger;
  /** The app's options, standard ones and those that plugins have defined. */
  readonly options: OptionRegistry;
  /** What makes sockets for a URI scheme that the engine cannot serve by itself; `undefined` where no plugin brings it. */
  transportFor?(scheme: CoapScheme): TransportFactory | undefined;
  /**
   * Largest body in bytes that the request's route takes, so that a transfer ends with 4.13 as soon as it is known.
   * -1 for a request that is refused whatever its body is, for lack of a route say: hand it over at its first block.
   */
  bodyLimitBytes(method: number, options: OptionsView): number;
  /**
   * Whether the request's route takes the body as it arrives: then hand it over as `bodyStream` with its first block, where
   * the engine can. It depends on method and options alone.
   */
  streamsBody?(method: number, options: OptionsView): boolean;
}

/** Makes the engine of one app. */
export type EngineFactory = (host: EngineHost) => Engine;
