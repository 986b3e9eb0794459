import type { Exchange, Peer, Request, Response, RoutePlan } from "@coapkit/core";
import { isSuccessCode, OptionNumber } from "@coapkit/protocol";
import type { Conditions } from "./conditions/conditions.js";
import type { Deadline } from "./conditions/deadlines.js";
import type { NotificationGate } from "./conditions/notification-gate.js";
import { isConfirmable } from "./confirmable-policy.js";
import type { ObserveSettings } from "./observe-settings.js";

/** One client's interest in one resource, as callbacks and `notifier.relations()` show it. RFC 7641 §4.1. */
export interface ObserverRelation {
  /** Path of the resource, percent-encoded as in a URI. */
  readonly path: string;
  /** Name of the route. */
  readonly route: string;
  readonly peer: Peer;
  /** Token of the registration, in hexadecimal digits. */
  readonly token: string;
  /** Content-Format that the client gets; a change of it ends the relation. RFC 7641 §4.2. */
  readonly contentFormat: number | undefined;
  /** Conditions of the registration, where the route takes them. */
  readonly conditions: Conditions | undefined;
  /** When the client registered, on the app's clock, in milliseconds. */
  readonly registeredMs: number;
  /** When the last notification was handed to the engine, on the app's clock; `undefined` before the first. */
  readonly notifiedMs: number | undefined;
  /** Notifications since the registration. */
  readonly notifications: number;
}

/** What a registration has brought. */
export interface Registration {
  readonly route: RoutePlan;
  readonly exchange: Exchange;
  /** The request without its conditions: what the handler runs for. */
  readonly request: Request;
  readonly path: string;
  /** Who shares its representation. */
  readonly key: string;
  readonly settings: ObserveSettings;
  readonly conditions: Conditions | undefined;
  readonly gate: NotificationGate | undefined;
  readonly contentFormat: number | undefined;
  readonly registeredMs: number;
  /** Observe value that the client has got last, as far as this side knows. RFC 7641 §4.4. */
  readonly sequence: number;
}

/** A relation with what it takes to serve it. */
export class Observer implements ObserverRelation, Deadline {
  readonly path: string;
  readonly key: string;
  readonly route: string;
  readonly token: string;
  readonly request: Request;
  readonly conditions: Conditions | undefined;
  readonly gate: NotificationGate | undefined;
  readonly registeredMs: number;
  contentFormat: number | undefined;
  notifications = 0;
  notifiedMs: number | undefined;
  /** Observe value that the client has got last, as far as this side knows. RFC 7641 §4.4. */
  sequence: number;
  readonly exchange: Exchange;
  readonly #settings: ObserveSettings;
  #confirmedMs: number;

  constructor(registration: Registration) {
    this.path = registration.path;
    this.key = registration.key;
    this.route = registration.route.name;
    this.request = registration.request;
    this.token = Buffer.from(registration.request.token).toString("hex");
    this.conditions = registration.conditions;
    this.gate = registration.gate;
    this.registeredMs = registration.registeredMs;
    this.contentFormat = registration.contentFormat;
    this.exchange = registration.exchange;
    this.sequence = registration.sequence;
    this.#settings = registration.settings;
    this.#confirmedMs = registration.registeredMs;
  }

  get peer(): Peer {
    return this.request.peer;
  }

  get dueMs(): number | undefined {
    return this.gate?.dueMs;
  }

  /** Whether a representation has another format than the ones before it. RFC 7641 §4.2. */
  isOtherFormat({ contentFormat }: Response): boolean {
    return contentFormat !== undefined && this.contentFormat !== undefined && contentFormat !== this.contentFormat;
  }

  /** Sends a representation. @returns false once interest has ended */
  send(response: Response, nowMs: number): boolean {
    this.contentFormat ??= response.contentFormat;
    const confirmable = this.#isConfirmable(nowMs);
    return this.exchange.notify(withMaxAge(response, this.#settings.maxAgeS, this.conditions), confirmable);
  }

  /** Sends what is no success, and therefore the last. RFC 7641 §4.2. */
  sendLast(response: Response): void {
    this.notifications++;
    this.exchange.notify(response);
  }

  #isConfirmable(nowMs: number): boolean {
    this.notifications++;
    this.sequence++;
    this.notifiedMs = nowMs;
    const isDue = isConfirmable(this.#settings.confirmable, this.notifications, nowMs - this.#confirmedMs);
    const confirmable = this.conditions?.con === true || isDue;
    if (confirmable) this.#confirmedMs = nowMs;
    return confirmable;
  }
}

/**
 * The response with a Max-Age, where it has none of its own, and none above `c.pmax`.
 * draft-ietf-core-conditional-attributes-12 §4.
 */
export function withMaxAge(
  response: Response,
  maxAgeS: number | undefined,
  conditions: Conditions | undefined,
): Response {
  const limitS = conditions?.pmaxMs === undefined ? undefined : Math.max(1, Math.floor(conditions.pmaxMs / 1000));
  if ((maxAgeS === undefined && limitS === undefined) || !isSuccessCode(response.code)) return response;
  const own = response.options.find(({ number }) => number === OptionNumber.MaxAge)?.value;
  const wanted = typeof own === "number" ? own : maxAgeS;
  const value = Math.min(wanted ?? Number.POSITIVE_INFINITY, limitS ?? Number.POSITIVE_INFINITY);
  if (own !== undefined && (typeof own !== "number" || own === value)) return response;
  const others = response.options.filter(({ number }) => number !== OptionNumber.MaxAge);
  return { ...response, options: [...others, { number: OptionNumber.MaxAge, value }] };
}
