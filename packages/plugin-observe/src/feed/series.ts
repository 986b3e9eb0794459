/**
 * Whether a handler's value is a series of values to come: an async generator, or another async iterable. What can also
 * be read block by block is a body.
 */
export function isSeries(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== "object" || value === null || !(Symbol.asyncIterator in value)) return false;
  return typeof (value as { readonly read?: unknown }).read !== "function";
}
