import { instance, type OptionSpec } from "@coapkit/core";

/** Which notifications are confirmable: all, none, or every n-th of each client. RFC 7641 §4.5. */
export type ConfirmablePolicy = "always" | "never" | { readonly every: number };

/** RFC 7641 §4.5 leaves it to the server; one round trip in ten finds out who has gone. */
export const DEFAULT_CONFIRMABLE: ConfirmablePolicy = Object.freeze({ every: 10 });

/** How `confirmable` is read, for the plugin and for a route alike. */
export function confirmablePolicy(): OptionSpec<ConfirmablePolicy, ConfirmablePolicy | undefined> {
  return instance<ConfirmablePolicy>('"always", "never", or { every: n } with n from 1', isConfirmablePolicy);
}

/** Whether the n-th notification after a registration, counted from 1, is confirmable. */
export function isConfirmable(policy: ConfirmablePolicy, n: number): boolean {
  return typeof policy === "string" ? policy === "always" : n % policy.every === 0;
}

function isConfirmablePolicy(value: unknown): boolean {
  if (value === "always" || value === "never") return true;
  if (typeof value !== "object" || value === null) return false;
  const { every, ...rest } = value as { readonly every?: unknown };
  return Number.isSafeInteger(every) && (every as number) >= 1 && Object.keys(rest).length === 0;
}
