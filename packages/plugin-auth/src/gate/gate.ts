import { type Awaitable, Code, Reply, type RequestContext, type Response } from "@coapkit/core";
import { OptionNumber, PrincipalSource } from "@coapkit/protocol";
import { andThen } from "../awaitable.js";
import type { Freshness } from "../echo/freshness.js";
import { evaluate, mayPass, type Refusal } from "../guards/evaluate.js";
import type { RouteRule } from "../guards/route-rule.js";
import type { Identified, Identifier } from "../identity/identify.js";
import type { Identity } from "../identity/identity.js";
import { identityOf, isKnown, setIdentity } from "../identity/request-identity.js";
import type { Throttle } from "../limits/throttle.js";
import type { ExpiringObservers } from "../observers/expiring-observers.js";
import type { Audit } from "./audit.js";
import type { AuthCounters } from "./auth-counters.js";

/** What a gate asks. */
export interface GateParts {
  readonly identifier: Identifier;
  readonly throttle: Throttle;
  readonly freshness: Freshness;
  readonly observers: ExpiringObservers;
  readonly counters: AuthCounters;
  readonly audit: Audit;
  /** Largest response in bytes to a peer whose address may be another's; absent: any. */
  readonly unverifiedResponseBytes: number | undefined;
}

type Outcome = Awaitable<Reply | undefined>;

/** Value of Observe. RFC 7641 §2. */
const REGISTER = 0;
/** Class of a response code. */
const SUCCESS = 2;
/** Not empty, so that the kernel closes a body that would have been read block by block. */
const ECHO_WANTED = "Echo wanted.";

/** Decides on requests: throttle, identity, guards, freshness, in this order. */
export class Gate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Lets a request pass, or answers it. */
  enter(ctx: RequestContext, rule: RouteRule): Outcome {
    const { throttle, audit, counters } = this.#parts;
    if (rule.isOpen && ctx.peer.principal === undefined && !throttle.countsRequests && !audit.isHeard) {
      counters.allowed++; // nothing to find out, and nobody to tell
      return undefined;
    }
    return this.#pass(ctx, rule, !rule.isPublic);
  }

  /** For discovery that shows each caller its own: finds out who asks, and lets anybody in. */
  enterKnown(ctx: RequestContext, rule: RouteRule): Outcome {
    return this.#pass(ctx, rule, true);
  }

  /** Whether the caller of discovery may use a route. */
  shows(ctx: RequestContext, rule: RouteRule): boolean {
    return mayPass(rule.guards, identityOf(ctx));
  }

  /**
   * Asks a peer that may not be where it says for an Echo, in the place of a large response, and of the first one of an
   * observation, which any number of notifications may follow. RFC 9175 §2.4, RFC 7641 §7.
   */
  checkAddress(ctx: RequestContext, response: Response): Response | undefined {
    const { unverifiedResponseBytes: limit, freshness, counters } = this.#parts;
    if (limit === undefined) return undefined;
    if (sizeBytes(response) <= limit && ctx.source === undefined && !registers(ctx, response)) return undefined;
    if (freshness.isReachable(ctx)) return undefined;
    counters.addressChecks++;
    return {
      code: Code.Unauthorized,
      contentFormat: undefined,
      options: [freshness.challenge(ctx)],
      payload: ECHO_WANTED,
    };
  }

  /** Sees to it that an observation ends with the token that let it in. */
  leave(ctx: RequestContext, response: Response | undefined): void {
    const identity = identityOf(ctx);
    if (identity?.source !== PrincipalSource.Token || response === undefined || !registers(ctx, response)) return;
    // Also where the token has no end: it may have to be forgotten.
    this.#parts.observers.watch(ctx.exchange, identity, identity.expiresMs ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Asks the guards about a notification whose request they have not let in: an observation from before a restart.
   * Who may not have it gets the error as its last notification.
   */
  renew(ctx: RequestContext, rule: RouteRule): Awaitable<Response | undefined> {
    if (isKnown(ctx)) return undefined;
    return andThen(this.#parts.identifier.identify(ctx), (found) => {
      if ("refusal" in found) return errorOf(this.#refuse(ctx, rule, found.refusal, undefined, found.detail));
      const { identity } = found;
      return andThen(evaluate(rule.guards, ctx, identity), (verdict) =>
        verdict.reason === "allowed" ? undefined : errorOf(this.#refuse(ctx, rule, verdict, identity)),
      );
    });
  }

  #pass(ctx: RequestContext, rule: RouteRule, looksAtToken: boolean): Outcome {
    const { identifier } = this.#parts;
    try {
      const identified = looksAtToken ? identifier.identify(ctx) : identifier.withoutToken(ctx);
      const outcome = andThen(identified, (found) => this.#decide(ctx, rule, found));
      return outcome instanceof Promise ? outcome.catch((err: unknown) => this.#fail(ctx, rule, err)) : outcome;
    } catch (err) {
      return this.#fail(ctx, rule, err);
    }
  }

  /** What a guard of the app throws is the answer; nobody is let in by it. */
  #fail(ctx: RequestContext, rule: RouteRule, err: unknown): never {
    this.#parts.counters.refused++;
    this.#parts.audit.record(ctx, rule.description, { decision: "refused", reason: "thrown" }, identityOf(ctx));
    throw err;
  }

  #decide(ctx: RequestContext, rule: RouteRule, found: Identified): Outcome {
    const { throttle, counters } = this.#parts;
    const identity = "identity" in found ? found.identity : undefined;
    const tooMany = throttle.request(ctx, identity);
    if (tooMany !== undefined) {
      counters.rateLimited++;
      return this.#refuse(ctx, rule, { reason: "too-many-requests", reply: tooMany }, identity);
    }
    if ("refusal" in found) return this.#refuse(ctx, rule, found.refusal, undefined, found.detail);
    if (identity !== undefined) setIdentity(ctx, identity);
    return andThen(evaluate(rule.guards, ctx, identity), (verdict) => {
      if (verdict.reason !== "allowed") return this.#refuse(ctx, rule, verdict, identity);
      return rule.isFresh ? this.#demandFresh(ctx, rule, identity) : this.#allow(ctx, rule, identity);
    });
  }

  #demandFresh(ctx: RequestContext, rule: RouteRule, identity: Identity | undefined): Outcome {
    const { freshness, counters } = this.#parts;
    if (freshness.use(ctx)) return this.#allow(ctx, rule, identity);
    counters.notFresh++;
    const reply = new Reply(Code.Unauthorized, undefined, { options: [freshness.challenge(ctx)] });
    return this.#refuse(ctx, rule, { reason: "not-fresh", reply }, identity);
  }

  #allow(ctx: RequestContext, rule: RouteRule, identity: Identity | undefined): undefined {
    this.#parts.counters.allowed++;
    this.#parts.audit.record(ctx, rule.description, { decision: "allowed", reason: "allowed" }, identity);
  }

  #refuse(
    ctx: RequestContext,
    rule: RouteRule,
    { reason, reply }: Refusal,
    identity: Identity | undefined,
    detail?: string,
  ): Reply {
    this.#parts.counters.refused++;
    this.#parts.audit.record(ctx, rule.description, { decision: "refused", reason, detail }, identity, reply.code);
    return reply;
  }
}

/** Whether a response may be the first one of an observation. RFC 7641 §2. */
function registers({ request }: RequestContext, { code }: Response): boolean {
  return code >>> 5 === SUCCESS && request.options.uint(OptionNumber.Observe) === REGISTER;
}

function errorOf({ code }: Reply): Response {
  return { code, contentFormat: undefined, options: [], payload: "" };
}

function sizeBytes({ payload }: Response): number {
  return typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
}
