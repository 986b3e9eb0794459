import { type BlockSource, formatPath, OptionNumber } from "@coapkit/protocol";
import type { Exchange, Peer, Request } from "../ports/engine.js";
import type { FormatChoice } from "../ports/payload-format.js";
import { type Params, paramsOf } from "./params.js";
import { parseQuery, type Query } from "./query.js";
import type { RoutePlan } from "./route-plan.js";

/** One request on its way through the kernel: what hooks and handlers see. Lives until `onResponse`. */
export class RequestContext<TParams = Params, TQuery = Query, TPayload = unknown> {
  readonly exchange: Exchange;
  readonly request: Request;
  /** The route that answers; the app's "unrouted" plan where none does (4.02, 4.04, 4.05, 5.05). */
  route: RoutePlan;
  /** Values of the path parameters, in the order of the route's `paramNames`. */
  paramValues: readonly string[] = NO_VALUES;
  /** The decoded and validated payload; `undefined` before that step and for routes that take none. */
  payload: TPayload = undefined as TPayload;
  /**
   * The body as it arrives, for routes that take it so (`@BodyStream()`, `payload: "stream"`): iterate it once. An engine
   * that has it whole gives one chunk. Empty for other routes. Throws a CoapError 4.08 when the body does not come to its
   * end, and 4.13 above the route's limit.
   */
  bodyStream: AsyncIterable<Uint8Array> = NO_BODY;
  /** Accept of the request, or -1. RFC 7252 §5.10.4. */
  accept = -1;
  /** Content-Format of the request, or -1. RFC 7252 §5.10.3. */
  contentFormat = -1;
  /** Whether the request has If-Match or If-None-Match. RFC 7252 §5.10.8. */
  isConditional = false;
  /** How a returned value will be encoded where Accept or the route decides it, else `undefined`. */
  format: FormatChoice | undefined = undefined;
  /** The answer's body, where the handler gave one that is read block by block; hooks then see an empty payload. */
  source: BlockSource | undefined = undefined;
  /** Validated handler arguments by position; only for routes that validate single parameters. */
  args: unknown[] | undefined = undefined;
  /** Clock reading when the request came in, in milliseconds; 0 unless an `onResponse` hook is there to use it. */
  receivedMs = 0;
  /** What went wrong, once something has: a thrown value as it was thrown. */
  error: unknown = undefined;
  /** Who ended the exchange before the handler could: `kernel`, or the name of the plugin whose hook did. */
  endedBy: string | undefined = undefined;
  /** Why no answer was sent, where none was. */
  dropReason: string | undefined = undefined;

  #params: TParams | undefined;
  #query: TQuery | undefined;
  #state: Map<symbol, unknown> | undefined;
  #abort: AbortController | undefined;

  constructor(exchange: Exchange, route: RoutePlan) {
    this.exchange = exchange;
    this.request = exchange.request;
    this.route = route;
  }

  get peer(): Peer {
    return this.request.peer;
  }

  /** Whether the request came to a group: errors and empty answers to it are left out. RFC 7252 §8. */
  get isMulticast(): boolean {
    return this.request.isMulticast === true;
  }

  /** Request path as sent, percent-encoded where a URI needs it: for logs and messages. */
  get path(): string {
    return formatPath(this.request.options.strings(OptionNumber.UriPath));
  }

  /** Path parameters by name, validated where the route says how. */
  get params(): TParams {
    this.#params ??= paramsOf(this.route.paramNames, this.paramValues) as TParams;
    return this.#params;
  }
  set params(validated: TParams) {
    this.#params = validated;
  }

  /** Query by name, validated where the route says how. */
  get query(): TQuery {
    this.#query ??= parseQuery(this.request.options) as TQuery;
    return this.#query;
  }
  set query(validated: TQuery) {
    this.#query = validated;
  }

  /** Aborts when the handler's time is up or the app closes; pass it on to whatever waits. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  /** Ends what waits on `signal`. @internal */
  abort(reason: unknown): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(reason);
  }

  /** Acknowledges a CON at once: the answer will be a separate response. Has no effect on a NON. RFC 7252 §5.2.2. */
  acknowledge(): void {
    this.exchange.acknowledge?.();
  }

  /** What a hook has stored for later steps of this request. */
  get<T>(key: ContextKey<T>): T | undefined {
    return this.#state?.get(key.symbol) as T | undefined;
  }

  /** Stores a value for later steps of this request. */
  set<T>(key: ContextKey<T>, value: T): void {
    this.#state ??= new Map();
    this.#state.set(key.symbol, value);
  }
}

/** Names a value that hooks pass along with a request. */
export interface ContextKey<T> {
  readonly symbol: symbol;
  /** Carries the type only. */
  readonly type?: T;
}

/** Makes a key. @param name unique: prefix it with the plugin's name. */
export function contextKey<T>(name: string): ContextKey<T> {
  return { symbol: Symbol.for(`coapkit/context/${name}`) };
}

const NO_BODY: AsyncIterable<Uint8Array> = Object.freeze({ async *[Symbol.asyncIterator]() {} });
const NO_VALUES: readonly string[] = Object.freeze([]);
