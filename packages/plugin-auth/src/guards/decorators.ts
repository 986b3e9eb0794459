import { ConfigError } from "@coapkit/core";
import { PLUGIN_NAME } from "../plugin-name.js";
import type { GuardPredicate } from "./guard.js";
import { type GuardDecorator, guardDecorator } from "./guard-metadata.js";

/** Lets everybody in, and looks at no token. @example @Get() @Public() version() { … } */
export const Public: GuardDecorator<[]> = guardDecorator(() => ({ kind: "public" }));

/** Lets in whoever is known, by transport or token: 4.01 otherwise. */
export const Authenticated: GuardDecorator<[]> = guardDecorator(() => ({ kind: "authenticated" }));

/** Lets in who has all of these scopes: 4.01 for somebody unknown, else 4.03. @throws ConfigError without a scope */
export const RequireScope: GuardDecorator<[scope: string, ...more: string[]]> = guardDecorator((...scopes) => ({
  kind: "scopes",
  scopes: named("RequireScope", scopes),
}));

/** Lets in who has one of these roles at least: 4.01 for somebody unknown, else 4.03. @throws ConfigError without a role */
export const RequireRole: GuardDecorator<[role: string, ...more: string[]]> = guardDecorator((...roles) => ({
  kind: "roles",
  roles: named("RequireRole", roles),
}));

/** Lets in whom all of these functions let in. @throws ConfigError without a function */
export const Guard: GuardDecorator<[predicate: GuardPredicate, ...more: GuardPredicate[]]> = guardDecorator(
  (...predicates) => {
    if (predicates.length === 0 || predicates.some((predicate) => typeof predicate !== "function"))
      throw misuse("Guard", "a function that decides");
    return { kind: "predicate", predicates };
  },
);

function named(decorator: string, names: readonly string[]): readonly string[] {
  if (names.length === 0 || names.some((name) => typeof name !== "string" || name === ""))
    throw misuse(decorator, "a name");
  return Object.freeze([...names]);
}

function misuse(decorator: string, wanted: string): ConfigError {
  return new ConfigError("COAPKIT_ERR_DECORATOR_MISUSE", `@${decorator} of ${PLUGIN_NAME} wants ${wanted} at least.`);
}
