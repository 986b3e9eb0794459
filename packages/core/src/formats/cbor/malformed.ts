/** Returned instead of an item where the payload is refused; the cursor holds the reason. */
export const REFUSED = Symbol("refused");

/** See `REFUSED`. */
export type Refused = typeof REFUSED;
