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
import type { Refusal } from "../guards/evaluate.js";
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

/** Binds a token's identity to the peer that presents it, where the transport keeps it apart from all others. */
export class Login {
  readonly #parts: LoginParts;

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  /** POST: the token is in its usual place, or the whole payload. */
  logIn(ctx: RequestContext): Awaitable<Reply> {
    const { identifier, sessions, counters, audit, places } = this.#parts;
    if (!sessions.takes(ctx.peer))
      return this.#refuse(ctx, { reason: "not-secured", reply: unauthorized("Log in over a secured transport.") });
    const token = onlyOne(findToken(ctx, places), ctx.request.payload);
    if (token === "malformed") {
      const reply = badRequest(`Send one token of at most ${MAX_TOKEN_BYTES} bytes.`);
      return this.#refuse(ctx, { reason: "token-malformed", reply });
    }
    return andThen(identifier.byToken(ctx, token), (found) => {
      if ("refusal" in found) return this.#refuse(ctx, found.refusal, found.detail);
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

  #refuse(ctx: RequestContext, { reason, reply }: Refusal, detail?: string): Reply {
    this.#parts.counters.refused++;
    this.#parts.audit.record(ctx, GUARD, { decision: "refused", reason, detail }, undefined, reply.code);
    return reply;
  }
}

/** The one token that is there. */
function onlyOne(placed: ReturnType<typeof findToken>, payload: Uint8Array): Uint8Array | "malformed" {
  if (placed !== undefined) return payload.length === 0 ? placed : "malformed";
  return payload.length > 0 ? new Uint8Array(payload) : "malformed";
}
