import { type App, type AppOptions, createApp, type InjectRequest, type Logger, type Plugin } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { VirtualClock } from "@coapkit/testing";
import { SignJWT } from "jose";
import { type AuditRecord, Auth, type AuthOptions, auth, jwt } from "../../src/index.js";
import { GRANTS } from "./guard-cases.js";

const nothing = (): void => undefined;
export const silent: Logger = {
  isLevelEnabled: () => false,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

export const SECRET = "the secret of these tests, 32 bytes";
export const AUDIENCE = "meters";
export const TOKEN_OPTION = 65_003;
/** Start of the tests' calendar, in milliseconds since 1970. */
export const START_MS = Date.UTC(2026, 0, 1);

/** A JWT of somebody in GRANTS, or of anybody with these claims; good for an hour unless they say otherwise. */
export function tokenOf(
  name: string,
  claims: Readonly<Record<string, unknown>> = {},
  secret = SECRET,
): Promise<string> {
  const { scopes = [], roles = [] } = GRANTS[name] ?? {};
  const exp = START_MS / 1000 + 3600;
  const payload = { sub: name, aud: AUDIENCE, exp, scope: scopes.join(" "), roles, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret));
}

/** An app with the plugin and a clock that tests move; its calendar moves with it. */
export interface TestApp {
  readonly app: App;
  readonly auth: Auth;
  readonly clock: VirtualClock;
  readonly audit: AuditRecord[];
}

export async function testApp(
  options: AuthOptions = {},
  {
    plugins = [],
    before = [],
    ...appOptions
  }: Omit<AppOptions, "clock"> & { readonly before?: readonly Plugin[] } = {},
  addRoutes: (app: App) => void = nothing,
): Promise<TestApp> {
  const clock = new VirtualClock();
  const audit: AuditRecord[] = [];
  const plugin: Plugin = auth({
    tokens: [jwt({ secret: SECRET, audience: AUDIENCE })],
    audit: (record) => audit.push(record),
    wallClock: () => START_MS + clock.nowMs(),
    ...options,
  });
  const app = await createApp({ logger: silent, clock, ...appOptions, plugins: [...before, plugin, ...plugins] });
  addRoutes(app);
  await app.ready();
  return { app, auth: app.resolve(Auth), clock, audit };
}

/** Options that carry a token. */
export function bearing(token: string | Uint8Array) {
  return [{ number: TOKEN_OPTION, value: typeof token === "string" ? new TextEncoder().encode(token) : token }];
}

/** The Echo option of a reply, to be sent back. RFC 9175 §2.3. */
export function echoOf({ options }: { readonly options: { bytes(number: number): Uint8Array | undefined } }) {
  const value = options.bytes(OptionNumber.Echo);
  return value === undefined ? [] : [{ number: OptionNumber.Echo, value }];
}

/** Injects a request, and repeats it once where the answer is 4.01 with Echo. */
export async function injectFresh(app: App, request: InjectRequest) {
  const reply = await app.inject(request);
  const echo = echoOf(reply);
  if (reply.code !== "4.01" || echo.length === 0) return reply;
  return app.inject({ ...request, options: [...(request.options ?? []), ...echo] });
}
