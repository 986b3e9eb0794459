/** What a plugin has done for observers; whole numbers since the start of the app. */
export class ObserveCounters {
  /** Relations that clients have registered. */
  registrations = 0;
  /** Runs of a handler for notifications: one for each distinct representation, whoever shares it. */
  encodings = 0;
  /** Notifications handed to the engine, the last ones of ended relations among them. */
  notifications = 0;
  /** Changes that needed no run of their own, because one was about to start or had to be repeated anyway. */
  coalesced = 0;
  /** Relations that ended by an error of their handler, by `notifier.end`, or by a change of format. */
  ended = 0;
  /** Relations that ended from the client's side: reset, deregistration, time-out; or with the engine. */
  lost = 0;
}
