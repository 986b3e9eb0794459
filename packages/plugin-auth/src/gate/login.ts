import {
  type Awaitable,
  badRequest,
  changed,
  deleted,
  type Reply,
  type RequestContext,
  unauthorized,
} from "@coapkit/core";
import { MAX_TOKEN_BYTES } from "../auth-options.js";
import { andThen } from "../awaitable.js";
import { findToken, type TokenPlaces } from "../identity/find-token.js";
import type { Identifier } from "../identity/identify.js";
import type { Sessions } from "../identity/sessions.js";
import type { ExpiringObservers } from "../observers/expiring-observers.js";
import type { Audit } from "./audit.js";
import type { AuthCounters } from "./auth-counters.js";

const GUARD = "login";

/** What logging in needs. */
export interface LoginParts {
  readonly places: TokenPlaces;
  readonly identifier: Identifier;
  readonly sessions: Sessions;
  readonly observers: ExpiringObservers;
  readonly counters: AuthCounters;
  readonly audit: Audit;
}

/** Binds a token's identity to the peer that presents it, where its transport has authenticated it. */
export class Login {
  readonly #parts: LoginParts;

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  /** POST: the token is in its usual place, or the whole payload. */
  logIn(ctx: RequestContext): Awaitable<Reply> {
    const { identifier, sessions, counters, audit, places } = this.#parts;
    if (ctx.peer.principal === undefined) {
      const reply = unauthorized("Log in over a transport that authenticates you.");
      audit.record(ctx, GUARD, { decision: "refused", reason: "not-secured" }, undefined, reply.code);
      return reply;
    }
    const token = findToken(ctx, places) ?? inPayload(ctx);
    if (token === undefined || token === "malformed")
      return badRequest(`Send one token of at most ${MAX_TOKEN_BYTES} bytes.`);
    return andThen(identifier.byToken(ctx, token), (found) => {
      if ("refusal" in found) {
        const { reason, reply } = found.refusal;
        audit.record(ctx, GUARD, { decision: "refused", reason, detail: found.detail }, undefined, reply.code);
        return reply;
      }
      if (found.identity !== undefined) sessions.bind(ctx.peer, found.identity);
      counters.logins++;
      audit.record(ctx, GUARD, { decision: "allowed", reason: "login" }, found.identity);
      return changed();
    });
  }

  /** DELETE: also ends the observations that the login has let in. */
  logOut(ctx: RequestContext): Reply {
    const { sessions, observers, audit } = this.#parts;
    const identity = sessions.of(ctx.peer);
    sessions.end(ctx.peer);
    observers.end((candidate) => candidate === identity);
    audit.record(ctx, GUARD, { decision: "allowed", reason: "logout" }, identity);
    return deleted();
  }
}

function inPayload({ request: { payload } }: RequestContext): Uint8Array | undefined {
  return payload.length > 0 && payload.length <= MAX_TOKEN_BYTES ? new Uint8Array(payload) : undefined;
}
