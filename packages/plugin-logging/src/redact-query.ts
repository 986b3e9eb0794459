import { formatPath } from "@coapkit/protocol";

/** Takes the place of a value that must not be logged. */
export const REDACTED = "[redacted]";

/** Query parameters whose values are not logged unless the option `redact` says otherwise; any case. */
export const DEFAULT_REDACT: readonly string[] = Object.freeze([
  "access_token",
  "api_key",
  "apikey",
  "auth",
  "authorization",
  "client_secret",
  "key",
  "pass",
  "passwd",
  "password",
  "psk",
  "pwd",
  "refresh_token",
  "secret",
  "sig",
  "signature",
  "token",
]);

/**
 * Makes the text of a query for logs out of Uri-Query values, percent-encoded as in a URI; `undefined` where there are
 * none. RFC 7252 §6.5.
 */
export function queryRedactor(names: readonly string[]): (query: readonly string[]) => string | undefined {
  const hidden = new Set(names.map((name) => name.toLowerCase()));
  const redact = (argument: string) => {
    const equals = argument.indexOf("=");
    if (equals < 0 || !hidden.has(argument.slice(0, equals).toLowerCase())) return encoded(argument);
    return encoded(argument.slice(0, equals + 1)) + REDACTED;
  };
  return (query) => (query.length === 0 ? undefined : query.map(redact).join("&"));
}

function encoded(argument: string): string {
  return formatPath([], [argument]).slice("/?".length);
}
