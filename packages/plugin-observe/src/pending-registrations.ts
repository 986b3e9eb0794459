import { contextKey, type RequestContext } from "@coapkit/core";

interface Pending {
  readonly path: string;
  isStale: boolean;
}

const PENDING = contextKey<Pending>("@coapkit/plugin-observe/pending");

/**
 * Registrations whose first representation is being made: a change in the meantime may be missing from it, and has to be
 * told afterwards, or the client would keep the old state. RFC 7641 §1.3. As many as requests in flight.
 */
export class PendingRegistrations {
  readonly #byPath = new Map<string, Set<Pending>>();

  begin(ctx: RequestContext, path: string): void {
    const pending = { path, isStale: false };
    const ofPath = this.#byPath.get(path) ?? new Set();
    this.#byPath.set(path, ofPath.add(pending));
    ctx.set(PENDING, pending);
  }

  changed(path: string): void {
    for (const pending of this.#byPath.get(path) ?? []) pending.isStale = true;
  }

  /** @returns whether there was a change since the beginning */
  finish(ctx: RequestContext): boolean {
    const pending = ctx.get(PENDING);
    if (pending === undefined) return false;
    const ofPath = this.#byPath.get(pending.path);
    ofPath?.delete(pending);
    if (ofPath?.size === 0) this.#byPath.delete(pending.path);
    return pending.isStale;
  }
}
