import type { OptionEntry } from "@coapkit/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FormatName } from "../ports/payload-format.js";
import type { ClientReply } from "./client-reply.js";
import type { ClientQuery } from "./client-target.js";

/** What a value is checked against, if anything. */
export type MaybeSchema = StandardSchemaV1 | undefined;

/** One entity-tag or several. RFC 7252 §5.10.6. */
export type Etags = Uint8Array | readonly Uint8Array[];

/** Everything about a request but its method, target and value. */
export interface ClientRequestOptions<S extends MaybeSchema = MaybeSchema, Throws extends boolean = boolean> {
  /** Content format wanted, as number or media type; `json` is short for `application/json`. RFC 7252 §5.10.4. */
  readonly accept?: FormatName | undefined;
  /** Checks the decoded value of a success, and gives it its type. Without one the value is `unknown`. */
  readonly schema?: S | undefined;
  /** Whether 4.xx and 5.xx reject with ResponseError. @defaultValue true */
  readonly throwOnError?: Throws | undefined;
  readonly query?: ClientQuery | undefined;
  /** Only if the resource has this version; `true`: only if it exists. Else 4.12. RFC 7252 §5.10.8.1. */
  readonly ifMatch?: Etags | true | undefined;
  /** Only if the resource does not exist. Else 4.12. RFC 7252 §5.10.8.2. */
  readonly ifNoneMatch?: boolean | undefined;
  /** Any other options. */
  readonly options?: readonly OptionEntry[] | undefined;
  /** Send as CON or NON. @defaultValue true */
  readonly confirmable?: boolean | undefined;
  /** Time for the whole reply, of an observation for the first one, in milliseconds. @defaultValue the engine's */
  readonly timeoutMs?: number | undefined;
  /** Ends the request with AbortedError. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of GET. */
export interface ClientGetOptions<
  S extends MaybeSchema = MaybeSchema,
  Throws extends boolean = boolean,
  E extends Etags | undefined = Etags | undefined,
> extends ClientRequestOptions<S, Throws> {
  /** Versions that are stored here: where one still is current the reply `isValid` and has no value. RFC 7252 §5.10.6.2. */
  readonly etag?: E | undefined;
}

/** Options of requests with a value to send. */
export interface ClientPayloadOptions<S extends MaybeSchema = MaybeSchema, Throws extends boolean = boolean>
  extends ClientRequestOptions<S, Throws> {
  /**
   * Content format of the value, as number or media type; `json` is short for `application/json`. Bytes and texts are
   * sent as they are, other values are encoded. @defaultValue text/plain for texts, application/octet-stream for bytes,
   * else JSON where a plugin brings it, else the app's first structured format
   */
  readonly contentFormat?: FormatName | undefined;
}

/** Options of FETCH. */
export interface ClientFetchOptions<
  S extends MaybeSchema = MaybeSchema,
  Throws extends boolean = boolean,
  E extends Etags | undefined = Etags | undefined,
> extends ClientPayloadOptions<S, Throws>,
    Pick<ClientGetOptions<S, Throws, E>, "etag"> {}

/** Options of an observation. */
export interface ClientObserveOptions<S extends MaybeSchema = MaybeSchema, Throws extends boolean = boolean>
  extends ClientPayloadOptions<S, Throws> {
  /** What to look for: then FETCH is observed instead of GET. RFC 8132 §2.4. @defaultValue none */
  readonly value?: unknown;
}

/** Options of a discovery. */
export interface ClientDiscoverOptions
  extends Pick<ClientRequestOptions, "confirmable" | "options" | "signal" | "timeoutMs"> {
  /** Which links: `{ rt: "temperature" }`; a value may end in `*`. RFC 6690 §4.1. */
  readonly query?: ClientQuery | undefined;
}

/** Options of a GET to a group. */
export interface ClientGroupOptions<S extends MaybeSchema = MaybeSchema, Throws extends boolean = boolean>
  extends Pick<ClientRequestOptions<S, Throws>, "accept" | "options" | "query" | "schema" | "signal"> {
  /** Whether 4.xx and 5.xx are an `error` instead of a reply. @defaultValue true */
  readonly throwOnError?: Throws | undefined;
  /**
   * How long answers are awaited, in milliseconds; one that has begun is completed. Members take up to DEFAULT_LEISURE,
   * 5000, to answer. RFC 7252 §8.2. @defaultValue the engine's
   */
  readonly timeoutMs?: number | undefined;
}

/** Options of the discovery of a group. */
export type ClientGroupDiscoverOptions = Pick<ClientGroupOptions, "options" | "query" | "signal" | "timeoutMs">;

/** Type of a reply's value. */
type ValueOf<S extends MaybeSchema, E> =
  | (S extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<S> : unknown)
  | (E extends undefined ? never : undefined);

/** A reply that may be an error: `isSuccess` tells, and gives `value` its type. */
export type ClientOutcome<T = unknown> =
  | (ClientReply<T> & { readonly isSuccess: true })
  | (ClientReply & { readonly isSuccess: false });

/** What a request gives that was made with these options. */
export type ReplyOf<S extends MaybeSchema, Throws extends boolean, E extends Etags | undefined = undefined> = [
  Throws,
] extends [true]
  ? ClientReply<ValueOf<S, E>>
  : ClientOutcome<ValueOf<S, E>>;
