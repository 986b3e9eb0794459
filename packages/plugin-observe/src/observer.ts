import type { Peer, RequestContext, Response } from "@coapkit/core";
import { isSuccessCode, OptionNumber } from "@coapkit/protocol";
import { isConfirmable } from "./confirmable-policy.js";
import type { ObserveSettings } from "./observe-settings.js";

/** One client's interest in one resource, as callbacks and `notifier.relations()` show it. RFC 7641 §4.1. */
export interface ObserverRelation {
  /** Path of the resource, percent-encoded as in a URI. */
  readonly path: string;
  /** Name of the route. */
  readonly route: string;
  readonly peer: Peer;
  /** Content-Format that the client gets; a change of it ends the relation. RFC 7641 §4.2. */
  readonly contentFormat: number | undefined;
  /** Notifications since the registration. */
  readonly notifications: number;
}

/** A relation with what it takes to serve it. */
export class Observer implements ObserverRelation {
  readonly route: string;
  contentFormat: number | undefined;
  notifications = 0;
  readonly #settings: ObserveSettings;

  constructor(
    readonly ctx: RequestContext,
    readonly path: string,
    /** Who shares its representation. */
    readonly key: string,
    settings: ObserveSettings,
    first: Response,
  ) {
    this.route = ctx.route.name;
    this.contentFormat = first.contentFormat;
    this.#settings = settings;
  }

  get peer(): Peer {
    return this.ctx.peer;
  }

  /** Whether a representation has another format than the ones before it. RFC 7641 §4.2. */
  isOtherFormat({ contentFormat }: Response): boolean {
    return contentFormat !== undefined && this.contentFormat !== undefined && contentFormat !== this.contentFormat;
  }

  /** Sends a representation. @returns false once interest has ended */
  send(response: Response): boolean {
    const { confirmable, maxAgeS } = this.#settings;
    this.notifications++;
    this.contentFormat ??= response.contentFormat;
    return this.ctx.exchange.notify(withMaxAge(response, maxAgeS), isConfirmable(confirmable, this.notifications));
  }

  /** Sends what is no success, and therefore the last. RFC 7641 §4.2. */
  sendLast(response: Response): void {
    this.notifications++;
    this.ctx.exchange.notify(response);
  }
}

/** The response with a Max-Age, where it has none of its own. */
export function withMaxAge(response: Response, maxAgeS: number | undefined): Response {
  if (maxAgeS === undefined || !isSuccessCode(response.code)) return response;
  if (response.options.some(({ number }) => number === OptionNumber.MaxAge)) return response;
  return { ...response, options: [...response.options, { number: OptionNumber.MaxAge, value: maxAgeS }] };
}
