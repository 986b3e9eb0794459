import {
  type Awaitable,
  type Logger,
  type Reply,
  type RequestContext,
  type Result,
  serviceUnavailable,
  unauthorized,
} from "@coapkit/core";
import { andThen } from "../awaitable.js";
import type { AuthCounters } from "../gate/auth-counters.js";
import type { Refusal } from "../guards/evaluate.js";
import type { Throttle } from "../limits/throttle.js";
import { findToken, type TokenPlaces } from "./find-token.js";
import type { Identity } from "./identity.js";
import { isSecured } from "./is-secured.js";
import type { Sessions } from "./sessions.js";
import type { TokenIdentities } from "./token-identities.js";
import { type GrantsOf, transportIdentity } from "./transport-identity.js";

/** What is known of who asks: an identity, nobody, or a refusal because of what was presented. */
export type Identified =
  | { readonly identity: Identity | undefined }
  | { readonly refusal: Refusal; readonly detail: string | undefined };

/** What it takes to find out who asks. */
export interface IdentifyParts {
  readonly places: TokenPlaces;
  readonly grantsOf: GrantsOf | undefined;
  readonly tokens: TokenIdentities;
  readonly sessions: Sessions;
  readonly throttle: Throttle;
  readonly counters: AuthCounters;
  readonly log: Logger;
}

/** Seconds after which asking again makes sense, where a token could not be checked. */
const UNCHECKED_MAX_AGE_S = 30;
const REFUSED = "The token is not accepted.";

/** Who asks: by a token in the request, else by a login, else by the transport. What is presented has to be good. */
export class Identifier {
  readonly #parts: IdentifyParts;

  constructor(parts: IdentifyParts) {
    this.#parts = parts;
  }

  identify(ctx: RequestContext): Awaitable<Identified> {
    const token = findToken(ctx, this.#parts.places);
    if (token === undefined) return this.withoutToken(ctx);
    if (token === "malformed") return this.#refuse("token-malformed", "several tokens, or an empty one");
    if (this.#parts.places.securedTokensOnly && !isSecured(ctx.peer))
      return this.#refuse("not-secured", "a token over a transport that is not secured");
    return this.byToken(ctx, token);
  }

  /** Who asks, without regard to a token. */
  withoutToken(ctx: RequestContext): Awaitable<Identified> {
    const session = this.#parts.sessions.of(ctx.peer);
    if (session !== undefined) return { identity: session };
    return andThen(transportIdentity(ctx.peer, this.#parts.grantsOf), (identity) => ({ identity }));
  }

  byToken(ctx: RequestContext, token: Uint8Array): Awaitable<Identified> {
    const { tokens, throttle, log } = this.#parts;
    const known = tokens.known(token);
    if (known !== undefined) return { identity: known };
    const tooMany = this.#afterFailures(ctx);
    if (tooMany !== undefined) return tooMany;
    const read = (result: Result<Identity>): Identified => {
      if (result.ok) return { identity: result.value };
      throttle.failed(ctx);
      return this.#refuse("token-refused", result.reason);
    };
    const fail = (err: unknown): Identified => {
      log.error({ err, peer: ctx.peer.key }, "token could not be checked");
      const reply = serviceUnavailable(UNCHECKED_MAX_AGE_S, "The token cannot be checked at present.");
      return { refusal: { reason: "token-unchecked", reply }, detail: undefined };
    };
    try {
      const verified = tokens.verify(token);
      if (!(verified instanceof Promise)) return read(verified);
      // Whoever presents many at a time learns of none what the limit keeps from it.
      return verified.then((result) => this.#afterFailures(ctx) ?? read(result)).catch(fail);
    } catch (err) {
      return fail(err);
    }
  }

  /** The refusal of a peer that has had too many tokens refused. */
  #afterFailures(ctx: RequestContext): Identified | undefined {
    const reply = this.#parts.throttle.token(ctx);
    if (reply === undefined) return undefined;
    this.#parts.counters.failuresLimited++;
    return { refusal: { reason: "too-many-failures", reply }, detail: undefined };
  }

  #refuse(reason: "token-refused" | "token-malformed" | "not-secured", detail: string): Identified {
    this.#parts.counters.tokensRefused++;
    const reply: Reply = unauthorized(REFUSED);
    return { refusal: { reason, reply }, detail };
  }
}
