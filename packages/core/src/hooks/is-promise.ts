/** Whether a value has to be waited for: a promise, or anything with a `then`, such as a query of a database library. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    value instanceof Promise ||
    (typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function")
  );
}
