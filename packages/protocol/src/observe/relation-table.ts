import type { ServerExchange } from "../exchange/server-exchange.js";
import type { PeerId } from "../peer/peer-directory.js";
import { NotificationPace } from "./notification-pace.js";
import { Relation } from "./relation.js";

/** Limits of observation. */
export interface RelationLimits {
  /** Relations in all. @defaultValue 10000 */
  readonly observers: number;
  /** Relations of one peer. @defaultValue 100 */
  readonly observersPerPeer: number;
}

const MESSAGE_IDS = 65_536;

/** The relations of an endpoint, by peer and token. RFC 7641 §4.1. */
export class RelationTable {
  readonly #limits: RelationLimits;
  readonly #byKey = new Map<string, Relation>();
  readonly #byPeer = new Map<PeerId, { readonly relations: Set<Relation>; readonly pace: NotificationPace }>();
  readonly #nonIntervalMs: number;
  /** By peer and message ID, for RSTs to NON notifications. RFC 7641 §4.5. */
  readonly #byNon = new Map<number, Relation>();
  /** Registrations that were answered as plain requests because a limit was reached. */
  refused = 0;

  /** @param nonIntervalMs between NON notifications to a client. RFC 7641 §4.5.1 */
  constructor(limits: RelationLimits, nonIntervalMs: number) {
    this.#limits = limits;
    this.#nonIntervalMs = nonIntervalMs;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(peer: PeerId, token: Uint8Array): Relation | undefined {
    return this.#byKey.get(keyOf(peer, token));
  }

  /** Registers an exchange; one with the same peer and token takes the place of the older. @returns undefined at a limit */
  register(
    exchange: ServerExchange,
    nowMs: number,
  ): { readonly relation: Relation; readonly replaced: Relation | undefined } | undefined {
    const { peerId, token } = exchange.request;
    const key = keyOf(peerId, token);
    const replaced = this.#byKey.get(key);
    if (replaced === undefined && !this.#hasRoom(peerId)) {
      this.refused++;
      return undefined;
    }
    const ofPeer = this.#byPeer.get(peerId) ?? {
      relations: new Set(),
      pace: new NotificationPace(this.#nonIntervalMs),
    };
    if (replaced !== undefined) this.remove(replaced);
    const relation = new Relation(key, peerId, exchange, ofPeer.pace, nowMs);
    if (replaced !== undefined) relation.sequence = replaced.sequence;
    this.#byKey.set(key, relation);
    ofPeer.relations.add(relation);
    this.#byPeer.set(peerId, ofPeer);
    return { relation, replaced };
  }

  /** @returns false where the relation has ended before */
  remove(relation: Relation): boolean {
    if (this.#byKey.get(relation.key) !== relation) return false;
    this.#byKey.delete(relation.key);
    const ofPeer = this.#byPeer.get(relation.peer);
    ofPeer?.relations.delete(relation);
    if (ofPeer?.relations.size === 0) this.#byPeer.delete(relation.peer);
    for (const messageId of relation.nonMessageIds) this.#forgetNon(relation, messageId);
    return true;
  }

  /** Whether a relation is still registered. */
  has(relation: Relation): boolean {
    return this.#byKey.get(relation.key) === relation;
  }

  rememberNon(relation: Relation, messageId: number): void {
    const forgotten = relation.rememberNon(messageId);
    if (forgotten >= 0) this.#forgetNon(relation, forgotten);
    this.#byNon.set(nonKey(relation.peer, messageId), relation);
  }

  /** The relation whose NON notification had this message ID. */
  ofNon(peer: PeerId, messageId: number): Relation | undefined {
    return this.#byNon.get(nonKey(peer, messageId));
  }

  ofPeer(peer: PeerId): readonly Relation[] {
    return [...(this.#byPeer.get(peer)?.relations ?? [])];
  }

  all(): readonly Relation[] {
    return [...this.#byKey.values()];
  }

  /** The message ID may be another relation's by now. */
  #forgetNon(relation: Relation, messageId: number): void {
    const key = nonKey(relation.peer, messageId);
    if (this.#byNon.get(key) === relation) this.#byNon.delete(key);
  }

  #hasRoom(peer: PeerId): boolean {
    return (
      this.#byKey.size < this.#limits.observers &&
      (this.#byPeer.get(peer)?.relations.size ?? 0) < this.#limits.observersPerPeer
    );
  }
}

/** Tokens are at most a few bytes, and there is one key for each registration, not for each message. */
function keyOf(peer: PeerId, token: Uint8Array): string {
  let key = `${peer} `;
  for (const byte of token) key += String.fromCharCode(byte);
  return key;
}

function nonKey(peer: PeerId, messageId: number): number {
  return peer * MESSAGE_IDS + messageId;
}
