const BRAND = Symbol.for("coapkit/error");

/**
 * Root of every error coapkit throws. Tell errors apart with {@link isCoapkitError} and `code`, not with `instanceof`:
 * two copies of the package have two classes.
 */
export abstract class CoapkitError extends Error {
  /** Stable identifier for logs, documentation and comparison, of the form `COAPKIT_ERR_…`. */
  abstract readonly code: string;

  static {
    Object.defineProperties(CoapkitError.prototype, {
      [BRAND]: { value: true },
      name: {
        get(this: object) {
          return this.constructor.name;
        },
        configurable: true,
      },
    });
  }
}

/**
 * True for an error of coapkit, whichever copy of whichever package made it, and with this `code` when one is given.
 */
export function isCoapkitError<C extends string = string>(
  error: unknown,
  code?: C,
): error is CoapkitError & { readonly code: C } {
  if (typeof error !== "object" || error === null || !(BRAND in error)) return false;
  return code === undefined || ("code" in error && error.code === code);
}
