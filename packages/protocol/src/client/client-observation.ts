import { Code, isSuccessCode } from "../code/code.js";
import { Type } from "../message/message-type.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import type { Clock } from "../ports/clock.js";
import type { RandomSource } from "../ports/random-source.js";
import type { ClientCounters } from "./client-counters.js";
import { Freshness } from "./freshness.js";
import type { IncomingResponse } from "./incoming-response.js";
import type { PendingRequest, ResponseReceiver } from "./pending-request.js";
import type { Requester, RequestMessage } from "./requester.js";
import type { ResolvedRequest } from "./resolved-request.js";

const REGISTER = 0;
const DEREGISTER = 1;
const DEFAULT_MAX_AGE_S = 60;
/** How long after Max-Age a new registration goes out, chosen at random. RFC 7641 §3.3.1. */
const MARGIN_MS = { least: 5_000, most: 15_000 } as const;
/** Longest delay that timers take, 25 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;

const State = { Registering: 0, Observing: 1, Leaving: 2, Ended: 3 } as const;
type State = (typeof State)[keyof typeof State];

/** What an observation works with. */
export interface ObservationParts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly clientCounters: ClientCounters;
}

/**
 * The client's side of an observation: registers, keeps the newest notification for its reader, registers anew when
 * nothing comes for long, and deregisters. RFC 7641 §3.
 */
export class ClientObservation implements ResponseReceiver {
  readonly #requester: Requester;
  readonly #request: ResolvedRequest;
  /** Payload of the registration: that of a FETCH. */
  readonly #payload: Uint8Array;
  readonly #options: readonly OptionEntry[];
  readonly #parts: ObservationParts;
  readonly #pending: PendingRequest;
  readonly #freshness = new Freshness();
  #state: State = State.Registering;
  #echo: Uint8Array | undefined;
  #wasRegistered = false;
  #newest: IncomingResponse | undefined;
  #end: { readonly error: Error | undefined } | undefined;
  #wake: () => void = () => undefined;

  /** @param options those of the registration but Observe @throws ClosedError, RequestLimitError */
  constructor(
    requester: Requester,
    request: ResolvedRequest,
    options: readonly OptionEntry[],
    payload: Uint8Array,
    parts: ObservationParts,
  ) {
    this.#requester = requester;
    this.#request = request;
    this.#options = options;
    this.#payload = payload;
    this.#parts = parts;
    this.#pending = requester.open(request.peer, this, request.responseTimeoutMs);
  }

  /** Whether a notification waits that is newer than what was read. */
  get hasNewer(): boolean {
    return this.#newest !== undefined;
  }

  /** Sends the registration. @throws OptionValueError */
  register(): void {
    try {
      this.#requester.send(this.#pending, this.#message(REGISTER, this.#request.confirmable));
    } catch (error) {
      this.#finish(undefined);
      throw error;
    }
  }

  /** The newest notification that was not read yet; `undefined` after the last. Rejects with why the observation failed. */
  async next(): Promise<IncomingResponse | undefined> {
    for (;;) {
      const newest = this.#newest;
      this.#newest = undefined;
      if (newest !== undefined) return newest;
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Leaves, and fails whoever reads. */
  abort(error: Error): void {
    this.#newest = undefined;
    this.#endWith(error);
    this.leave();
  }

  /** Ends interest: the server is told, in the background. RFC 7641 §3.6. */
  leave(): void {
    if (this.#state >= State.Leaving) return;
    if (!this.#wasRegistered && !this.#pending.isSent) return this.#finish(undefined);
    this.#state = State.Leaving;
    this.#requester.send(this.#pending, this.#message(DEREGISTER, true));
    this.#endWith(undefined);
  }

  /** What comes with Observe while we leave is one more notification, which is rejected. RFC 7641 §3.6. */
  accepts(response: IncomingResponse, type: Type): boolean {
    return this.#state !== State.Leaving || type === Type.ACK || response.observe === undefined;
  }

  onResponse(response: IncomingResponse): void {
    if (this.#state === State.Leaving) return this.#finish(undefined);
    if (this.#repeatsWithEcho(response)) return;
    const { observe } = response;
    if (!isSuccessCode(response.code) || observe === undefined) {
      this.#push(response); // RFC 7641 §3.2: there is no observation, or it is over
      return this.#finish(undefined);
    }
    this.#wasRegistered = true;
    this.#state = State.Observing;
    if (this.#freshness.accept(observe, this.#parts.clock.nowMs())) this.#push(response);
    else this.#parts.clientCounters.staleNotifications++;
    this.#requester.schedule(this.#pending, this.#renewalDelayMs(response));
  }

  onFailure(error: Error): void {
    const isLeaving = this.#state === State.Leaving;
    this.#state = State.Ended;
    this.#endWith(isLeaving ? undefined : error);
  }

  /** Nothing came for too long. RFC 7641 §3.3.1. */
  onDue(): void {
    this.#state = State.Registering;
    this.#freshness.reset();
    this.#requester.send(this.#pending, this.#message(REGISTER, true));
  }

  /** RFC 9175 §2.3. */
  #repeatsWithEcho(response: IncomingResponse): boolean {
    if (response.code !== Code.Unauthorized || this.#echo !== undefined) return false;
    this.#echo = response.echo;
    if (this.#echo === undefined) return false;
    this.#requester.send(this.#pending, this.#message(REGISTER, this.#request.confirmable));
    return true;
  }

  #message(observe: number, confirmable: boolean): RequestMessage {
    const options: OptionEntry[] = [{ number: OptionNumber.Observe, value: observe }, ...this.#options];
    if (this.#echo !== undefined) options.push({ number: OptionNumber.Echo, value: this.#echo });
    return { method: this.#request.method, confirmable, options, payload: this.#payload };
  }

  #renewalDelayMs({ options }: IncomingResponse): number {
    const maxAgeMs = (options.uint(OptionNumber.MaxAge) ?? DEFAULT_MAX_AGE_S) * 1_000;
    const marginMs = MARGIN_MS.least + this.#parts.random.fraction() * (MARGIN_MS.most - MARGIN_MS.least);
    return Math.min(maxAgeMs + marginMs, MAX_DELAY_MS);
  }

  #push(response: IncomingResponse): void {
    if (this.#newest !== undefined) this.#parts.clientCounters.responsesSkipped++;
    this.#newest = response;
    this.#wake();
  }

  #finish(error: Error | undefined): void {
    this.#state = State.Ended;
    this.#requester.end(this.#pending);
    this.#endWith(error);
  }

  #endWith(error: Error | undefined): void {
    this.#end ??= { error };
    this.#wake();
  }
}
