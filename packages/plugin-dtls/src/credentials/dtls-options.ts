import {
  boolean,
  defineOptions,
  instance,
  integer,
  list,
  type OptionSpec,
  type OptionsSchema,
  oneOf,
} from "@coapkit/core";
import { CIPHER_SUITES, type CipherSuite } from "../native/cipher-suite.js";
import { isPem, type Pem } from "./pem.js";
import type { PskKey, PskKeys } from "./psk-lookup.js";

/** What a client says to one server. */
export interface ClientPsk {
  readonly identity: string;
  readonly key: PskKey;
}

/** Finds identity and key for a server; undefined where there are none. */
export type ClientPskLookup = (server: {
  readonly host: string;
  readonly port: number;
}) => ClientPsk | undefined | Promise<ClientPsk | undefined>;

const HOUR_MS = 3_600_000;
const LONGEST_MS = 2_147_483_647;
const SUITES: ReadonlySet<unknown> = new Set(CIPHER_SUITES);

const isFunction = (value: unknown): boolean => typeof value === "function";
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
const pem = () => instance<Pem>("the content of a PEM file, as a text or bytes", isPem);
const pems = () =>
  instance<Pem | readonly Pem[]>(
    "the content of one or several PEM files, as texts or bytes",
    (value) => isPem(value) || (Array.isArray(value) && value.length > 0 && value.every(isPem)),
  );
const cipherSuites = () => list<CipherSuite>(`${CIPHER_SUITES.join(", ")}`, (item) => SUITES.has(item));
const object = <T>(allowed: string) => instance<T>(allowed, isObject);

/** Raw public keys, in `rawPublicKeys` and `client.rawPublicKeys`. RFC 7250. */
export const rawPublicKeyOptions = defineOptions({
  key: pem(),
  acceptedPeers: list<Pem>("public keys in PEM or DER", isPem),
});

/** Connection IDs. RFC 9146. */
export const connectionIdOptions = defineOptions({
  lengthBytes: connectionIdLength(8),
  prefix: instance<Uint8Array>("bytes", (value) => value instanceof Uint8Array),
});

/** Credentials of requests to `coaps://` URIs. */
export const clientOptions = defineOptions({
  psk: instance<ClientPsk | ClientPskLookup>(
    "{ identity, key }, or a function that gives it for a server",
    (value) => isFunction(value) || isObject(value),
  ),
  certificate: pem(),
  key: pem(),
  ca: pems(),
  rawPublicKeys: object<InputOf<typeof rawPublicKeyOptions>>("an object with key and acceptedPeers"),
  serverName: instance<string>("a text", (value) => typeof value === "string" && value !== ""),
  cipherSuites: cipherSuites(),
  connectionIdLengthBytes: connectionIdLength(0),
});

/** How `dtls` reads its options; the README has the table. */
export const dtlsOptions = defineOptions({
  psk: instance<PskKeys>("keys by identity, or a function", (value) => isFunction(value) || isObject(value)),
  identityHint: instance<string>(
    "a text of at most 128 bytes",
    (value) => typeof value === "string" && Buffer.byteLength(value) <= 128,
  ),
  concealUnknownIdentities: boolean({ default: true }),
  certificate: pem(),
  key: pem(),
  ca: pems(),
  verifyClient: oneOf(["none", "optional", "require"], { default: "require" }),
  rawPublicKeys: object<InputOf<typeof rawPublicKeyOptions>>("an object with key and acceptedPeers"),
  cipherSuites: cipherSuites(),
  connectionId: connectionId(),
  requireExtendedMasterSecret: boolean({ default: false }),
  client: object<InputOf<typeof clientOptions>>("an object with the credentials of requests"),
  mtuBytes: integer({ default: 1_232, min: 256, max: 16_384 }),
  retransmitInitialMs: integer({ default: 1_000, min: 50, max: 60_000 }),
  handshakeTimeoutMs: integer({ default: 30_000, min: 100, max: 600_000 }),
  maxSessions: integer({ default: 100_000, min: 1, max: 1_000_000 }),
  maxHandshakes: integer({ default: 1_000, min: 1, max: 100_000 }),
  maxHandshakesPerAddress: integer({ default: 50, min: 1, max: 100_000 }),
  maxWaitingRequests: integer({ default: 1_000, min: 1, max: 1_000_000 }),
  idleExpiryMs: integer({ default: HOUR_MS, min: 1_000, max: LONGEST_MS }),
  idleExpiryWithConnectionIdMs: integer({ default: 24 * HOUR_MS, min: 1_000, max: LONGEST_MS }),
  renewAfterMs: integer({ default: 30_000, min: 100, max: LONGEST_MS }),
  receiveBufferBytes: integer({ default: 4_194_304, min: 1 }),
  keyLog: instance<(line: string) => void>("a function that takes a line", isFunction),
});

/** Input of a schema. */
export type InputOf<S> = S extends OptionsSchema<infer I, unknown> ? NonNullable<I> : never;
/** What a schema makes of it. */
export type OutputOf<S> = S extends OptionsSchema<infer _, infer O> ? O : never;

/** `dtls`'s options as they are used. */
export type ParsedDtlsOptions = OutputOf<typeof dtlsOptions>;
/** `client`'s options as they are used. */
export type ParsedClientOptions = OutputOf<typeof clientOptions>;
/** `rawPublicKeys`' options as they are used. */
export type ParsedRawPublicKeys = OutputOf<typeof rawPublicKeyOptions>;

/** Long enough that nobody guesses one. */
function connectionIdLength(fallback: number): OptionSpec<number, number> {
  return {
    allowed: "0, or a whole number from 6 to 16",
    fallback,
    accepts: (value) => value === 0 || (Number.isInteger(value) && (value as number) >= 6 && (value as number) <= 16),
  };
}

type ConnectionIdInput = boolean | InputOf<typeof connectionIdOptions>;

function connectionId(): OptionSpec<ConnectionIdInput, ConnectionIdInput> {
  return {
    allowed: "true, false, or an object with lengthBytes and prefix",
    fallback: true,
    accepts: (value) => typeof value === "boolean" || isObject(value),
  };
}
