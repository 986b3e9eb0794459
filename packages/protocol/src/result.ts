/** Outcome of reading something a peer or a user wrote: parsers return it instead of throwing. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Wraps a value that was read successfully. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Says in one sentence why there is no value; `reason` is for logs and diagnostic payloads, never for decisions. */
export function fail(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
