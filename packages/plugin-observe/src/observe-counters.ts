/** What a plugin has done for observers; whole numbers since the start of the app. */
export class ObserveCounters {
  /** Relations that clients have registered. */
  registrations = 0;
  /** Relations of an earlier life of the app that were taken up. */
  restored = 0;
  /** Runs of a handler for notifications: one for each distinct representation, whoever shares it. */
  encodings = 0;
  /** Notifications handed to the engine, the last ones of ended relations among them. */
  notifications = 0;
  /** Changes that needed no run of their own, because one was about to start or had to be repeated anyway. */
  coalesced = 0;
  /** Registrations answered like a plain GET: no room, or a `c.pmax` or `c.epmax` below `minPeriodS`. */
  refused = 0;
  /** Representations that a client was not told at once, because its conditions say so. */
  withheld = 0;
  /** Relations that ended by an error of their handler, by `notifier.end`, or by a change of format. */
  ended = 0;
  /** Relations that ended from the client's side: reset, deregistration, time-out; or with the engine. */
  lost = 0;
}

/** What a plugin holds. */
export interface ObserveLevels {
  /** Relations. */
  readonly relations: number;
  /** Deadlines of conditions: one for each relation at most, behind one timer. */
  readonly deadlines: number;
  /** Async iterables that are open: one for each group of observers that share it, and one for each GET under way. */
  readonly feeds: number;
  /** Calls of the observation store that failed or were not answered in time, and changes dropped that waited for it; a total. */
  readonly storeFailures: number;
}
