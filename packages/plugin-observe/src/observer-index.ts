import type { Peer } from "@coapkit/core";
import type { Observer } from "./observer.js";
import { ObserverGroup } from "./observer-group.js";

/** How many may observe. */
export interface ObserverLimits {
  readonly observers: number;
  readonly observersPerPeer: number;
}

/** Observers by path, within a path by the representation that they share, and by client and token. */
export class ObserverIndex {
  readonly #limits: ObserverLimits;
  readonly #byPath = new Map<string, Map<string, ObserverGroup>>();
  readonly #byPeer = new Map<string, Map<string, Observer>>();
  #size = 0;

  constructor(limits: ObserverLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether there is room for one more, whosever it is. */
  get hasRoomInAll(): boolean {
    return this.#size < this.#limits.observers;
  }

  /** The relation of a client and token, which a registration with the same token replaces. RFC 7641 §4.1. */
  of(peer: Peer, token: Uint8Array): Observer | undefined {
    return this.#byPeer.get(peer.key)?.get(Buffer.from(token).toString("hex"));
  }

  /** Whether there is room for a registration; one that replaces another always has it. */
  hasRoom(peer: Peer, token: Uint8Array): boolean {
    if (this.of(peer, token) !== undefined) return true;
    return this.hasRoomInAll && (this.#byPeer.get(peer.key)?.size ?? 0) < this.#limits.observersPerPeer;
  }

  add(observer: Observer): ObserverGroup {
    const groups = this.#byPath.get(observer.path) ?? new Map<string, ObserverGroup>();
    this.#byPath.set(observer.path, groups);
    const group = groups.get(observer.key) ?? new ObserverGroup();
    groups.set(observer.key, group);
    group.observers.add(observer);
    const ofPeer = this.#byPeer.get(observer.peer.key) ?? new Map<string, Observer>();
    this.#byPeer.set(observer.peer.key, ofPeer.set(observer.token, observer));
    this.#size++;
    return group;
  }

  /** @returns the group that it was in, or `undefined` where it was gone before */
  remove(observer: Observer): ObserverGroup | undefined {
    const group = this.groupOf(observer);
    if (group?.observers.delete(observer) !== true) return undefined;
    this.#size--;
    if (group.observers.size === 0) this.#removeGroup(observer);
    const ofPeer = this.#byPeer.get(observer.peer.key);
    if (ofPeer?.get(observer.token) === observer) ofPeer.delete(observer.token);
    if (ofPeer?.size === 0) this.#byPeer.delete(observer.peer.key);
    return group;
  }

  groupOf({ path, key }: Observer): ObserverGroup | undefined {
    return this.#byPath.get(path)?.get(key);
  }

  groupsOf(path: string): readonly ObserverGroup[] {
    return [...(this.#byPath.get(path)?.values() ?? [])];
  }

  observersOf(path: string): readonly Observer[] {
    return this.groupsOf(path).flatMap((group) => [...group.observers]);
  }

  all(): readonly Observer[] {
    return [...this.#byPath.keys()].flatMap((path) => this.observersOf(path));
  }

  #removeGroup({ path, key }: Observer): void {
    const groups = this.#byPath.get(path);
    groups?.delete(key);
    if (groups?.size === 0) this.#byPath.delete(path);
  }
}
