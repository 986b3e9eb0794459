import type { InterestLostReason } from "@coapkit/protocol";

/**
 * Why a relation has ended. What the engine says: `"deregistered"`, `"reset"`, `"timeout"` (a CON was not acknowledged),
 * `"replaced"` (registered anew with the same token), `"session-ended"`, `"evicted"`, `"closed"` (with the app too). And
 * what this side does: `"error"` (the handler answered with one), `"format"` (the content format has changed), `"ended"`
 * (by `notifier.end`), `"unsendable"` (the engine refused a notification).
 */
export type EndReason = InterestLostReason | "error" | "format" | "unsendable";
