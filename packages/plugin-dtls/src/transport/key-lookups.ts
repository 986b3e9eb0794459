import type { Logger } from "@coapkit/core";
import type { PeerDirectory } from "@coapkit/protocol";
import { keyBytes, type PskKey, type PskLookup, readIdentity } from "../credentials/psk-lookup.js";
import type { Session } from "../sessions/session.js";
import { placeOf } from "./session-place.js";

/** What look-ups need. */
export interface KeyLookupParts {
  readonly contexts: { readonly lookUpPsk: PskLookup | undefined };
  readonly addresses: PeerDirectory;
  readonly counters: { keyLookupFailures: number };
  readonly log: Logger;
}

/** Finds the keys of identities, at once or later; what goes wrong is an identity that nobody has. */
export class KeyLookups {
  readonly #parts: KeyLookupParts;
  readonly #onFound: (session: Session, key: Uint8Array | undefined) => void;

  /** @param onFound called within `find`, or later */
  constructor(parts: KeyLookupParts, onFound: (session: Session, key: Uint8Array | undefined) => void) {
    this.#parts = parts;
    this.#onFound = onFound;
  }

  /** @param claimed identity as the client sent it */
  find(session: Session, claimed: Uint8Array): void {
    const identity = readIdentity(claimed);
    const found = identity === undefined ? undefined : this.#ask(session, identity);
    if (!isThenable(found)) return this.#onFound(session, this.#checked(session, found));
    Promise.resolve(found).then(
      (key) => this.#onFound(session, this.#checked(session, key)),
      (error: unknown) => this.#onFound(session, this.#failed(session, error)),
    );
  }

  #ask(session: Session, identity: string): ReturnType<PskLookup> {
    try {
      return this.#parts.contexts.lookUpPsk?.(identity);
    } catch (error) {
      return this.#failed(session, error);
    }
  }

  #checked(session: Session, key: PskKey | undefined): Uint8Array | undefined {
    if (key === undefined) return undefined;
    return keyBytes(key) ?? this.#failed(session, new TypeError("A key is a text or bytes, 1 to 64 bytes of them."));
  }

  #failed(session: Session, err: unknown): undefined {
    const { addresses, counters, log } = this.#parts;
    counters.keyLookupFailures++;
    log.error({ ...placeOf(addresses, session), err }, "Looking a pre-shared key up failed");
  }
}

/** Also what is not a Promise, such as the query of a database library. */
function isThenable(found: ReturnType<PskLookup>): found is Promise<PskKey | undefined> {
  return typeof (found as PromiseLike<unknown> | undefined)?.then === "function";
}
