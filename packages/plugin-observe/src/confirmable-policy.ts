import { instance, type OptionSpec } from "@coapkit/core";

/**
 * Which notifications are confirmable: all, none, every n-th of each client, or the first one after an interval, in
 * seconds, since the client's last confirmable one. RFC 7641 §4.5.
 */
export type ConfirmablePolicy = "always" | "never" | { readonly every: number } | { readonly intervalS: number };

/** RFC 7641 §4.5 leaves it to the server; one round trip in ten finds out who has gone. */
export const DEFAULT_CONFIRMABLE: ConfirmablePolicy = Object.freeze({ every: 10 });

/** How `confirmable` is read, for the plugin and for a route alike. */
export function confirmablePolicy(): OptionSpec<ConfirmablePolicy, ConfirmablePolicy | undefined> {
  return instance<ConfirmablePolicy>(
    '"always", "never", { every: n } or { intervalS: n } with n from 1',
    isConfirmablePolicy,
  );
}

/**
 * Whether a notification is confirmable.
 * @param n counts the notifications since the registration, from 1
 * @param sinceMs time since the last confirmable one, or the registration, in milliseconds
 */
export function isConfirmable(policy: ConfirmablePolicy, n: number, sinceMs: number): boolean {
  if (typeof policy === "string") return policy === "always";
  return "every" in policy ? n % policy.every === 0 : sinceMs >= policy.intervalS * 1000;
}

function isConfirmablePolicy(value: unknown): boolean {
  if (value === "always" || value === "never") return true;
  if (typeof value !== "object" || value === null) return false;
  const [[name, n] = [], ...others] = Object.entries(value);
  const isKnown = name === "every" || name === "intervalS";
  return isKnown && Number.isSafeInteger(n) && (n as number) >= 1 && others.length === 0;
}
