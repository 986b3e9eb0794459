import { Method } from "@coapkit/protocol";
import { ConfigError } from "../errors/config-error.js";
import type { RouteParts } from "./route-parts.js";

/** Longest time that a timer of Node can wait; a longer one would fire at once. */
const MAX_TIMEOUT_MS = 2_147_483_647;
const METHODS_WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "DELETE"]);

/** @throws ConfigError for what the types forbid but untyped code can say, so that it fails at boot and not per request */
export function checkRoute({ name, method, invoke, options, streamsBody }: RouteParts): void {
  if (!Object.hasOwn(Method, method)) {
    throw invalid(`${name} has the method "${method}"; allowed: ${Object.keys(Method).join(", ")}.`);
  }
  if (typeof invoke !== "function") throw invalid(`${name} has no handler; give it a function.`);
  if (streamsBody && METHODS_WITHOUT_BODY.has(method)) {
    throw invalid(
      `${name} takes the body of a ${method} as a stream, but a ${method} has none; use POST, PUT, FETCH, PATCH or IPATCH.`,
    );
  }
  checkInteger(`timeoutMs of ${name}`, options.timeoutMs, 1, MAX_TIMEOUT_MS);
  checkInteger(`bodyLimitBytes of ${name}`, options.bodyLimitBytes, 0, Number.MAX_SAFE_INTEGER);
}

function checkInteger(what: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  throw invalid(`${what} is ${value}; allowed: a whole number from ${min} to ${max}.`);
}

function invalid(message: string): ConfigError {
  return new ConfigError("COAPKIT_ERR_OPTIONS_INVALID", message);
}
