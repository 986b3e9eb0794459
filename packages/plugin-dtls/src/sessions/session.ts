import { type NetworkError, NO_PEER, type PeerId, type Principal } from "@coapkit/protocol";
import type { DtlsSessionId } from "../native/dtls-engine.js";
import type { EngineContext } from "./engine-context.js";

/** Where a session is in its life. */
export const SessionState = {
  handshaking: 0,
  established: 1,
  ended: 2,
} as const;

/** One of {@link SessionState}. */
export type SessionState = (typeof SessionState)[keyof typeof SessionState];

/** Waits for the handshake of a session. */
export interface HandshakeObserver {
  onEstablished(session: Session): void;
  onFailed(error: NetworkError): void;
}

/** One DTLS association with a peer: a record of what the tables and lists of a transport need, without behaviour. */
export class Session {
  state: SessionState = SessionState.handshaking;
  /** Number that the endpoint files the peer under: counts up, unlike that of the engine. 0 during the handshake. */
  serial = 0;
  /** Number in the endpoint's directory when it was last asked for. */
  peer: PeerId = NO_PEER;
  /** Who the peer is, once the handshake is finished. */
  principal: Principal | undefined;
  /** Whether records of the peer carry a connection ID, so that it may change its address. RFC 9146. */
  hasConnectionId = false;
  /** Host that was asked for: sessions of this side's own requests only. */
  host: string | undefined;
  /** Whoever waits for the handshake, until it is over. */
  observer: HandshakeObserver | undefined;
  /** Random of this side's ClientHello, while the handshake is under way: it decides when both sides begin at a time. */
  clientRandom: Uint8Array | undefined;
  /** When the first record went out that nothing authentic has followed, in ms; 0: none. This side's own requests only. */
  unansweredSinceMs = 0;

  /** When the engine wants to send its flight again, in ms; `Infinity`: never. */
  retransmitAtMs = Number.POSITIVE_INFINITY;
  /** When the handshake has failed, in ms. */
  deadlineMs = Number.POSITIVE_INFINITY;

  /** Links of the timer wheel. */
  dueMs = 0;
  slot = -1;
  slotBefore: Session | undefined;
  slotAfter: Session | undefined;

  /** Links of the recency list. */
  usedAtTick = 0;
  older: Session | undefined;
  newer: Session | undefined;

  constructor(
    readonly id: DtlsSessionId,
    readonly context: EngineContext,
    readonly role: "client" | "server",
    /** Number of the peer's address in the directory of the socket below. */
    public address: PeerId,
  ) {}
}
