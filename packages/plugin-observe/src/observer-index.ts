import type { Observer } from "./observer.js";

/** Observers that one encoding serves. */
export class ObserverGroup {
  readonly observers = new Set<Observer>();
  /** Whether a run of the handler is under way, or about to start. */
  isBusy = false;
  /** Whether the run under way has read something since. */
  hasStarted = false;
  /** Whether there was a change that the run under way may have missed. */
  isStale = false;
}

/** Observers by path, and within a path by the representation that they share. As large as what the engine lets in. */
export class ObserverIndex {
  readonly #byPath = new Map<string, Map<string, ObserverGroup>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(observer: Observer): ObserverGroup {
    const groups = this.#byPath.get(observer.path) ?? new Map<string, ObserverGroup>();
    this.#byPath.set(observer.path, groups);
    const group = groups.get(observer.key) ?? new ObserverGroup();
    groups.set(observer.key, group);
    group.observers.add(observer);
    this.#size++;
    return group;
  }

  /** @returns false where it was gone before */
  remove(observer: Observer): boolean {
    const groups = this.#byPath.get(observer.path);
    const group = groups?.get(observer.key);
    if (groups === undefined || group?.observers.delete(observer) !== true) return false;
    this.#size--;
    if (group.observers.size === 0) groups.delete(observer.key);
    if (groups.size === 0) this.#byPath.delete(observer.path);
    return true;
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
}
