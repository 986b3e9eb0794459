import type { PeerId } from "../peer/peer-directory.js";
import type { RandomSource } from "../ports/random-source.js";
import type { PendingRequest } from "./pending-request.js";

/** Where a request goes whose responses come from peers that are not known before. RFC 7252 §8. */
export const ANY_PEER: PeerId = -1;

const TOKEN_BYTES = 4;
const TOKENS = 2 ** 32;
const MESSAGE_IDS = 65_536;

/** A token for requests to one peer, and what it is filed under. */
export interface PeerToken {
  readonly token: Uint8Array;
  readonly key: number;
}

/** What tokens are made from. */
export interface TokenParts {
  readonly random: Pick<RandomSource, "bytes">;
  readonly peers: { readonly capacity: number; sessionOf(peer: PeerId): number };
}

/** Requests that await responses, by peer and token; those sent as NON also by message ID, for a Reset. */
export class PendingTable {
  readonly #parts: TokenParts;
  /** The next token of each peer that has a session; made for the first. */
  #sequence: Uint32Array | undefined;
  readonly #byToken = new Map<number, PendingRequest>();
  readonly #byNon = new Map<number, PendingRequest>();

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#byToken.size;
  }

  all(): readonly PendingRequest[] {
    return [...this.#byToken.values()];
  }

  /**
   * A token that no request to the peer uses. Without a session it is one that nobody can guess (RFC 7252 §5.3.1); in a
   * session it counts from 0, so that a response held back cannot answer a later request (RFC 9175 §4.2).
   */
  newToken(peer: PeerId): PeerToken {
    const hasSession = peer !== ANY_PEER && this.#parts.peers.sessionOf(peer) !== 0;
    for (;;) {
      const token = hasSession ? this.#nextToken(peer) : this.#parts.random.bytes(TOKEN_BYTES);
      const key = keyOf(peer, token, 0);
      if (!this.#byToken.has(key)) return { token, key };
    }
  }

  /** The same token again, unless a request has it. */
  renewed(peer: PeerId, token: PeerToken | undefined): PeerToken {
    return token === undefined || this.#byToken.has(token.key) ? this.newToken(peer) : token;
  }

  /** The number becomes another peer's. */
  forgetPeer(peer: PeerId): void {
    if (this.#sequence !== undefined) this.#sequence[peer] = 0;
  }

  add(pending: PendingRequest): void {
    this.#byToken.set(pending.key, pending);
  }

  /** @returns false where it has ended before */
  remove(pending: PendingRequest): boolean {
    return this.#byToken.get(pending.key) === pending && this.#byToken.delete(pending.key);
  }

  /** The request that a response from the peer with the token `buffer[start, end)` belongs to. RFC 7252 §5.3.2 */
  find(peer: PeerId, buffer: Uint8Array, start: number, end: number): PendingRequest | undefined {
    if (end - start !== TOKEN_BYTES) return undefined;
    return this.#byToken.get(keyOf(peer, buffer, start)) ?? this.#byToken.get(keyOf(ANY_PEER, buffer, start));
  }

  addNon(pending: PendingRequest): void {
    this.#byNon.set(pending.peer * MESSAGE_IDS + pending.messageId, pending);
  }

  removeNon(pending: PendingRequest): void {
    const key = pending.peer * MESSAGE_IDS + pending.messageId;
    if (this.#byNon.get(key) === pending) this.#byNon.delete(key);
  }

  findNon(peer: PeerId, messageId: number): PendingRequest | undefined {
    return this.#byNon.get(peer * MESSAGE_IDS + messageId);
  }

  #nextToken(peer: PeerId): Uint8Array {
    this.#sequence ??= new Uint32Array(this.#parts.peers.capacity);
    const number = this.#sequence[peer] as number;
    this.#sequence[peer] = number + 1;
    return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
  }
}

function keyOf(peer: PeerId, bytes: Uint8Array, start: number): number {
  let token = 0;
  for (let i = start; i < start + TOKEN_BYTES; i++) token = token * 256 + (bytes[i] as number);
  return peer * TOKENS + token;
}
