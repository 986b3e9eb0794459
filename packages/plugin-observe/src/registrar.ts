import type { Clock, RequestContext, Response } from "@coapkit/core";
import { isSuccessCode } from "@coapkit/protocol";
import { conditionsOf, unconditional } from "./conditional-request.js";
import type { Conditions } from "./conditions/conditions.js";
import { NotificationGate } from "./conditions/notification-gate.js";
import type { Observations } from "./observations.js";
import type { ObserveSettings } from "./observe-settings.js";
import { Observer, withMaxAge } from "./observer.js";
import { PendingRegistrations } from "./pending-registrations.js";
import { representationKey } from "./representation-key.js";
import { feedOf, valueFor } from "./result-hook.js";

/** Answers registrations. RFC 7641 §4.1. */
export class Registrar {
  readonly pending = new PendingRegistrations();
  readonly #observations: Observations;
  readonly #clock: Clock;
  readonly #minPeriodMs: number;

  /** @param minPeriodS shortest `c.pmax` and `c.epmax` that is served, in seconds */
  constructor(observations: Observations, clock: Clock, minPeriodS: number) {
    this.#observations = observations;
    this.#clock = clock;
    this.#minPeriodMs = minPeriodS * 1000;
  }

  /** Answers a registration with its first representation. @returns what was sent, or undefined where it is to be answered like any other request */
  register(ctx: RequestContext, response: Response, settings: ObserveSettings): Response | undefined {
    const isStale = this.pending.finish(ctx);
    // A body that is read block by block has no notification.
    if (this.#observations.isClosed || ctx.source !== undefined || !isSuccessCode(response.code)) return undefined;
    const conditions = conditionsOf(ctx);
    const first = withMaxAge(response, settings.maxAgeS, conditions);
    const replaced = this.#observations.index.of(ctx.peer, ctx.request.token);
    if (!this.#isWelcome(ctx, conditions) || !ctx.exchange.notify(first)) {
      this.#observations.counters.refused++;
      return undefined;
    }
    this.#add(ctx, response, settings, isStale, (replaced?.sequence ?? 0) + 1);
    return first;
  }

  /** Beyond the limits a request is answered like a plain GET. draft-ietf-core-conditional-attributes-12 §5. */
  #isWelcome({ request }: RequestContext, conditions: Conditions | undefined): boolean {
    const { pmaxMs = this.#minPeriodMs, epmaxMs = this.#minPeriodMs } = conditions ?? {};
    if (Math.min(pmaxMs, epmaxMs) < this.#minPeriodMs) return false;
    return this.#observations.index.hasRoom(request.peer, request.token);
  }

  #add(ctx: RequestContext, response: Response, settings: ObserveSettings, isStale: boolean, sequence: number): void {
    const { runs, counters } = this.#observations;
    const request = unconditional(ctx);
    const conditions = conditionsOf(ctx);
    const registeredMs = this.#clock.nowMs();
    const observer = new Observer({
      route: ctx.route,
      exchange: ctx.exchange,
      request,
      path: ctx.path,
      key: representationKey(ctx.route, request, settings.perClient),
      settings,
      conditions,
      gate: conditions && new NotificationGate(conditions, valueFor(ctx), registeredMs),
      contentFormat: response.contentFormat,
      registeredMs,
      sequence,
    });
    counters.registrations++;
    const group = this.#observations.add(observer, settings, response);
    const use = feedOf(ctx);
    if (isStale) runs.report(group);
    if (use === undefined || !group.observers.has(observer)) return;
    runs.follow(group, use.feed);
    if (use.feed.version !== use.version) runs.tell(group);
  }
}
