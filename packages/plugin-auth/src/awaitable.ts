import type { Awaitable } from "@coapkit/core";

/** Goes on with a value at once, or with what a promise gives: what is synchronous stays on the fast path. */
export function andThen<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value);
}

/** Whether a value has to be waited for, such as a query of a database library. */
function isThenable<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && typeof (value as Promise<T>).then === "function";
}
