const NAMES = [
  "received",
  "receivedBytes",
  "sent",
  "sentBytes",
  "sendErrors",
  "requests",
  "responses",
  "notifications",
  "duplicates",
  "resetsSent",
  "pings",
  "droppedPortZero",
  "droppedTooShort",
  "droppedVersion",
  "droppedFormat",
  "droppedUnexpected",
  "droppedUnknownPeer",
  "droppedClosing",
  "droppedEngine",
  "bodiesTooLarge",
  "bodiesIncomplete",
  "transfersEvicted",
  "transfersExpired",
  "repliesForgotten",
  "observersRefused",
  "observersLost",
  "responsesUnacknowledged",
  "clientRequests",
  "clientTimeouts",
  "notificationsSkipped",
] as const;

/** Name of a total that the engine keeps. */
export type CounterName = (typeof NAMES)[number];

/** Why a datagram went no further; the counter's name says it. */
export type DropReason = Extract<CounterName, `dropped${string}`>;

/** Totals since the engine was made. */
export class Counters {
  readonly #totals: Record<CounterName, number>;

  constructor() {
    this.#totals = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<CounterName, number>;
  }

  add(name: CounterName, amount = 1): void {
    this.#totals[name] += amount;
  }

  get(name: CounterName): number {
    return this.#totals[name];
  }

  /** A copy of the totals. */
  snapshot(): Record<CounterName, number> {
    return { ...this.#totals };
  }
}
