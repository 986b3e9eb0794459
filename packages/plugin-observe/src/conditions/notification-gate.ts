import type { Response } from "@coapkit/core";
import { booleanOf, type Conditions, hasNotificationConditions, needsNumber } from "./conditions.js";
import type { SampledValue } from "./sampled-value.js";

/** One representation, and the value that conditions look at. */
export interface Sample {
  readonly response: Response;
  readonly value: SampledValue;
  /** Whether it is news: reported as a change, or found to differ. */
  readonly isNews: boolean;
}

/** What a gate wants when its time has come: a sample to be sent, a new one to look at, or nothing. */
export type Due = Sample | "sample" | undefined;

/**
 * Decides for one client which samples become notifications, and when. It has no timer: whoever keeps it asks `dueMs`, and
 * calls `expire` then. draft-ietf-core-conditional-attributes-12 §3.8.
 */
export class NotificationGate {
  readonly #conditions: Conditions;
  readonly #hasNotificationConditions: boolean;
  #reportedValue: SampledValue;
  #reportedMs: number;
  /** Edges are looked for from one sample to the next, whatever was told of them. */
  #sampledValue: SampledValue;
  #sampledMs: number;
  /** Waits until `c.pmin` is over. */
  #held: Sample | undefined;
  #isEdgeHeld = false;
  /** Waits until `c.epmin` is over. */
  #unseen: Sample | undefined;
  #isAwaiting = false;

  /** @param value of the representation that answered the registration */
  constructor(conditions: Conditions, value: SampledValue, nowMs: number) {
    this.#conditions = conditions;
    this.#hasNotificationConditions = hasNotificationConditions(conditions);
    this.#reportedValue = value;
    this.#sampledValue = value;
    this.#reportedMs = nowMs;
    this.#sampledMs = nowMs;
  }

  /** Whether it has asked for a sample, and waits for it. */
  get isAwaiting(): boolean {
    return this.#isAwaiting;
  }

  /** When to call `expire`; `undefined`: when there is another sample. */
  get dueMs(): number | undefined {
    const { pminMs = 0, epminMs = 0, pmaxMs, epmaxMs } = this.#conditions;
    const times: number[] = [];
    if (this.#held !== undefined) times.push(this.#reportedMs + pminMs);
    if (this.#unseen !== undefined) times.push(this.#sampledMs + epminMs);
    if (pmaxMs !== undefined && !this.#isAwaiting) times.push(this.#reportedMs + pmaxMs);
    if (epmaxMs !== undefined && !this.#isAwaiting) times.push(this.#sampledMs + epmaxMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Takes a sample. @returns what to send at once, if anything */
  offer(sample: Sample, nowMs: number): Sample | undefined {
    this.#isAwaiting = false;
    if (nowMs < this.#sampledMs + (this.#conditions.epminMs ?? 0) && !this.#isOverdue(nowMs)) {
      this.#unseen = sample;
      return undefined;
    }
    return this.#evaluate(sample, nowMs);
  }

  /** Does what is due. */
  expire(nowMs: number): Due {
    const { epminMs = 0, epmaxMs } = this.#conditions;
    if (this.#unseen !== undefined && nowMs >= this.#sampledMs + epminMs) {
      const due = this.#evaluate(this.#unseen, nowMs);
      if (due !== undefined) return due;
    }
    const released = this.#release(nowMs);
    if (released !== undefined) return released;
    if (!this.#isOverdue(nowMs) && (epmaxMs === undefined || nowMs < this.#sampledMs + epmaxMs)) return undefined;
    if (this.#isAwaiting) return undefined;
    this.#isAwaiting = true;
    return "sample";
  }

  #isOverdue(nowMs: number): boolean {
    const { pmaxMs } = this.#conditions;
    return pmaxMs !== undefined && nowMs >= this.#reportedMs + pmaxMs;
  }

  #evaluate(sample: Sample, nowMs: number): Sample | undefined {
    const isEdge = this.#isEdge(sample.value);
    this.#unseen = undefined;
    this.#sampledMs = nowMs;
    this.#sampledValue = sample.value;
    if (isEdge || this.#isOverdue(nowMs) || this.#isNotable(sample)) {
      this.#held = sample;
      this.#isEdgeHeld = isEdge;
    } else if (!this.#isEdgeHeld) this.#held = undefined;
    return this.#release(nowMs);
  }

  /** §3.7.1: not before `c.pmin` is over. */
  #release(nowMs: number): Sample | undefined {
    const sample = this.#held;
    if (sample === undefined || nowMs < this.#reportedMs + (this.#conditions.pminMs ?? 0)) return undefined;
    this.#held = undefined;
    this.#isEdgeHeld = false;
    this.#reportedValue = sample.value;
    this.#reportedMs = nowMs;
    return sample;
  }

  #isNotable({ value, isNews }: Sample): boolean {
    if (!this.#hasNotificationConditions) return isNews;
    if (!needsNumber(this.#conditions)) return isNews && booleanOf(value) === undefined;
    const reported = this.#reportedValue;
    if (typeof value !== "number" || typeof reported !== "number") return isNews;
    const { st, band } = this.#conditions;
    if (st !== undefined && isStep(value, reported, st)) return true;
    return band === true ? this.#isInBand(value) : this.#isCrossing(value, reported);
  }

  /** §3.6.1, §3.6.2: in either direction. */
  #isCrossing(value: number, reported: number): boolean {
    const { gt, lt } = this.#conditions;
    if (gt !== undefined && value > gt !== reported > gt) return true;
    return lt !== undefined && value < lt !== reported < lt;
  }

  /** §3.6.4: `c.lt` is the least, `c.gt` the greatest value of the band; turned round, what lies outside is told. */
  #isInBand(value: number): boolean {
    const { gt, lt } = this.#conditions;
    if (gt === undefined) return lt !== undefined && value >= lt;
    if (lt === undefined) return value <= gt;
    return gt < lt ? gt <= value && value <= lt : value > gt || value < lt;
  }

  /** §3.6.5: a change to what `c.edge` names. */
  #isEdge(value: SampledValue): boolean {
    const { edge } = this.#conditions;
    const now = booleanOf(value);
    return edge !== undefined && now === edge && booleanOf(this.#sampledValue) === !edge;
  }
}

/** §3.6.3 speaks of decimals: from 21.3 to 21.4 is a step of 0.1, though the nearest doubles are a little less apart. */
function isStep(value: number, reported: number, step: number): boolean {
  const rounding = Number.EPSILON * (Math.abs(value) + Math.abs(reported) + step);
  return Math.abs(value - reported) >= step - rounding;
}
