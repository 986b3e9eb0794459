import { createRequire } from "node:module";
import { definePlugin, type OptionsSchema, type PluginHost, type RoutePlan } from "@coapkit/core";
import { Auth } from "./auth.js";
import { authOptions, MAX_TOKEN_BYTES } from "./auth-options.js";
import { Freshness } from "./echo/freshness.js";
import { Audit } from "./gate/audit.js";
import { AuthCounters } from "./gate/auth-counters.js";
import { Gate } from "./gate/gate.js";
import { Login } from "./gate/login.js";
import { Public } from "./guards/decorators.js";
import { makeRule, type RouteRule, ruleOf } from "./guards/route-rule.js";
import { Identifier } from "./identity/identify.js";
import { Sessions } from "./identity/sessions.js";
import { TokenIdentities } from "./identity/token-identities.js";
import { Throttle } from "./limits/throttle.js";
import { ExpiringObservers } from "./observers/expiring-observers.js";
import { PLUGIN_NAME } from "./plugin-name.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/** Owner and name of the route of `/.well-known/core`. */
const CORE = "@coapkit/core";
const DISCOVERY = "discovery";
/** Targets of links that are URIs with a scheme: what another host has. RFC 3986 §3.1. */
const ELSEWHERE = /^[a-z][a-z\d+.-]*:/i;

/**
 * Finds out who asks, and lets in only whom the guards of a route let in; routes without one let nobody in.
 * @example createApp({ plugins: [auth({ tokens: [jwt({ jwksUri, issuer, audience: "meters" })] })] })
 */
export const auth = definePlugin({
  name: PLUGIN_NAME,
  version: packageJson.version,
  contract: 1,
  options: authOptions,
  setup(host, options) {
    host.options.define({
      number: options.tokenOption,
      name: "Auth-Token",
      format: "opaque",
      minLength: 1,
      maxLength: MAX_TOKEN_BYTES,
      repeatable: false,
    });
    const parts = makeParts(host, options);
    host.provide(Auth, () => new Auth(parts));
    addGate(host, options, parts.gate);
    if (options.loginPath !== undefined) addLogin(host, options.loginPath, parts.login);
    host.onClose(() => parts.observers.close());
  },
});

/** What `auth` takes; the README has the table. */
export type AuthOptions = NonNullable<Parameters<typeof auth>[0]>;

type OutputOf<S> = S extends OptionsSchema<infer _Input, infer O> ? O : never;
type ParsedOptions = OutputOf<typeof authOptions>;

function makeParts(host: PluginHost, options: ParsedOptions) {
  const { clock, log } = host;
  const counters = new AuthCounters();
  const audit = new Audit(options.audit, log);
  const tokens = new TokenIdentities({ ...options, wallClock: options.wallClock ?? Date.now }, clock);
  const sessions = new Sessions(options, clock);
  const throttle = new Throttle(options, clock);
  const freshness = new Freshness(options, clock);
  const observers = new ExpiringObservers(options, clock, log);
  const { grantsOf, unverifiedResponseBytes } = options;
  const identifier = new Identifier({ places: options, grantsOf, tokens, sessions, throttle, counters, log });
  const gate = new Gate({ identifier, throttle, freshness, observers, counters, audit, unverifiedResponseBytes });
  const login = new Login({ places: options, identifier, sessions, observers, counters, audit });
  return { counters, tokens, sessions, throttle, freshness, observers, gate, login };
}

function addGate(host: PluginHost, options: ParsedOptions, gate: Gate): void {
  const rules = new Map<RoutePlan, RouteRule>();
  const ruleFor = (route: RoutePlan) => rules.get(route) as RouteRule;
  const isDiscovery = ({ owner, name }: RoutePlan) => owner === CORE && name === DISCOVERY;
  host.hooks.add("onRoute", (route) => {
    const rule = isDiscovery(route)
      ? makeRule(route, [{ kind: options.discovery }], false)
      : ruleOf(route, options.defaultGuard);
    rules.set(route, rule);
  });
  host.onReady(() => {
    for (const { route, description, isFresh } of rules.values()) {
      const { method, path, name } = route;
      host.log.info({ method, path, guard: description, fresh: isFresh, route: name }, "guard");
    }
  });
  const isForeign = (route: RoutePlan) => !(options.hideLinks && isDiscovery(route));
  host.hooks.add("onRequest", (ctx) => gate.enter(ctx, ruleFor(ctx.route)), { for: isForeign });
  if (options.hideLinks) {
    host.hooks.add("onRequest", (ctx) => gate.enterKnown(ctx, ruleFor(ctx.route)), { for: isDiscovery });
    host.links.filter((ctx, { target }, routes) => {
      return ELSEWHERE.test(target) || routes.some((route) => gate.shows(ctx, ruleFor(route)));
    });
  }
  const isReadable = ({ method }: RoutePlan) => method === "GET" || method === "FETCH";
  if (options.unverifiedResponseBytes !== undefined)
    host.hooks.add("onSend", (ctx, response) => gate.checkAddress(ctx, response), { for: isReadable });
  const isGuarded = (route: RoutePlan) => isReadable(route) && !ruleFor(route).isPublic;
  host.hooks.add("onNotify", (ctx) => gate.renew(ctx, ruleFor(ctx.route)), { for: isGuarded });
  host.hooks.add("onResponse", (ctx, response) => gate.leave(ctx, response), { for: isGuarded });
}

function addLogin(host: PluginHost, path: string, login: Login): void {
  const route = { path, metadata: [Public.entry()], discoverable: false, bodyLimitBytes: MAX_TOKEN_BYTES } as const;
  host.routes.add({ ...route, method: "POST", name: "log in", handler: (ctx) => login.logIn(ctx) });
  host.routes.add({ ...route, method: "DELETE", name: "log out", handler: (ctx) => login.logOut(ctx) });
}
