import type { MethodName } from "@coapkit/core";

/** Who asks in the cases. */
export type CallerName = "nobody" | "stranger" | "reader" | "writer" | "admin";

/** What each caller may do; nobody is unknown. */
export const GRANTS: Readonly<
  Record<string, { readonly scopes: readonly string[]; readonly roles: readonly string[] }>
> = {
  stranger: { scopes: [], roles: [] },
  reader: { scopes: ["read"], roles: [] },
  writer: { scopes: ["read", "write"], roles: ["operator"] },
  admin: { scopes: ["write"], roles: ["admin"] },
};

/** Sends a request as somebody, repeating it where the server wants Echo. @returns the dotted code */
export type Ask = (caller: CallerName, method: MethodName, path: string) => Promise<string>;

/** What one request has to be answered with, for each caller. */
export interface GuardCase {
  readonly method: MethodName;
  readonly path: string;
  readonly codes: Readonly<Record<CallerName, string>>;
}

/** For an app with `GuardedResource` and `UnguardedResource`, whatever transport `ask` uses and however callers show who they are. */
export const GUARD_CASES: readonly GuardCase[] = [
  guardCase("GET", "/guarded/class", "4.01", "4.03", "2.05", "2.05", "4.03"),
  guardCase("GET", "/guarded/public", "2.05", "2.05", "2.05", "2.05", "2.05"),
  guardCase("GET", "/guarded/known", "4.01", "2.05", "2.05", "2.05", "2.05"),
  guardCase("PUT", "/guarded/write", "4.01", "4.03", "4.03", "2.04", "4.03"),
  guardCase("POST", "/guarded/admin", "4.01", "4.03", "4.03", "4.03", "2.04"),
  guardCase("DELETE", "/guarded/both", "4.01", "4.03", "4.03", "4.03", "2.02"),
  guardCase("GET", "/guarded/named", "4.01", "4.03", "2.05", "4.03", "4.03"),
  guardCase("GET", "/guarded/later", "4.01", "4.03", "2.05", "4.03", "4.03"),
  guardCase("GET", "/guarded/even", "4.01", "4.03", "4.03", "4.03", "4.03"),
  guardCase("GET", "/guarded/replying", "4.04", "4.04", "4.04", "4.04", "4.04"),
  guardCase("PATCH", "/guarded/two", "4.01", "4.03", "4.03", "2.04", "2.04"),
  guardCase("IPATCH", "/guarded/two", "4.01", "4.03", "4.03", "4.03", "4.03"),
  guardCase("PUT", "/guarded/fresh", "4.01", "4.03", "4.03", "2.04", "2.04"),
  guardCase("GET", "/unguarded", "4.01", "4.03", "4.03", "4.03", "4.03"),
  guardCase("GET", "/.well-known/core", "2.05", "2.05", "2.05", "2.05", "2.05"),
  guardCase("GET", "/nowhere", "4.04", "4.04", "4.04", "4.04", "4.04"),
  guardCase("POST", "/guarded/public", "4.05", "4.05", "4.05", "4.05", "4.05"),
];

function guardCase(
  method: MethodName,
  path: string,
  ...codes: readonly [string, string, string, string, string]
): GuardCase {
  const [nobody, stranger, reader, writer, admin] = codes;
  return { method, path, codes: { nobody, stranger, reader, writer, admin } };
}
