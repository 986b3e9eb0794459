import { InterestLostReason } from "@coapkit/protocol";
import type { Counters } from "../counters.js";
import type { Relation } from "./relation.js";

/** Bounds of a RelationTable; beyond them a client is answered as if it had not asked to observe. */
export interface RelationLimits {
  readonly maxObservers: number;
  readonly maxObserversPerPeer: number;
}

/** All observers of an engine, by token and by the message ID of the notification sent last. */
export class RelationTable {
  readonly #byKey = new Map<string, Relation>();
  readonly #byMessageId = new Map<string, Relation>();
  readonly #perPeer = new Map<string, number>();
  readonly #counters: Counters;
  readonly #limits: RelationLimits;

  constructor(counters: Counters, limits: RelationLimits) {
    this.#counters = counters;
    this.#limits = limits;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** False at a limit, which is counted. A relation with the same key has the place already. */
  hasRoom(key: string, originKey: string): boolean {
    if (this.#byKey.has(key)) return true;
    const { maxObservers, maxObserversPerPeer } = this.#limits;
    if (this.#byKey.size < maxObservers && (this.#perPeer.get(originKey) ?? 0) < maxObserversPerPeer) return true;
    this.#counters.add("observersRefused");
    return false;
  }

  /** Adds a relation, which takes the place of one with the same key. RFC 7641 §4.1. */
  add(relation: Relation): void {
    this.end(relation.key, InterestLostReason.Replaced);
    this.#byKey.set(relation.key, relation);
    this.#perPeer.set(relation.originKey, (this.#perPeer.get(relation.originKey) ?? 0) + 1);
  }

  /** To be called when a relation has ended. */
  remove(relation: Relation): void {
    if (this.#byKey.get(relation.key) !== relation) return;
    this.#byKey.delete(relation.key);
    this.#byMessageId.delete(idKey(relation.originKey, relation.messageId));
    const rest = (this.#perPeer.get(relation.originKey) ?? 1) - 1;
    if (rest === 0) this.#perPeer.delete(relation.originKey);
    else this.#perPeer.set(relation.originKey, rest);
  }

  /** Records which message a coming Reset or acknowledgement will name. */
  track(relation: Relation, messageId: number): void {
    this.#byMessageId.delete(idKey(relation.originKey, relation.messageId));
    if (this.#byKey.get(relation.key) === relation)
      this.#byMessageId.set(idKey(relation.originKey, messageId), relation);
  }

  acknowledge(originKey: string, messageId: number): void {
    this.#byMessageId.get(idKey(originKey, messageId))?.acknowledge();
  }

  reset(originKey: string, messageId: number): void {
    this.#byMessageId.get(idKey(originKey, messageId))?.end(InterestLostReason.Reset);
  }

  /** Ends the relation with this key, if there is one. */
  end(key: string, reason: InterestLostReason): void {
    this.#byKey.get(key)?.end(reason);
  }

  endAll(): void {
    for (const relation of [...this.#byKey.values()]) relation.end(InterestLostReason.Closed);
  }
}

function idKey(originKey: string, messageId: number): string {
  return `${originKey}/${messageId}`;
}
