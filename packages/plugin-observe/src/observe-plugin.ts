import { createRequire } from "node:module";
import {
  boolean,
  defineOptions,
  definePlugin,
  instance,
  integer,
  type RequestContext,
  type RoutePlan,
} from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { takeConditions } from "./conditional-request.js";
import { confirmablePolicy } from "./confirmable-policy.js";
import { Notifier } from "./notifier.js";
import { type ObservationEvents, Observations } from "./observations.js";
import { OBSERVE, type ObserveOptions, PLUGIN_NAME } from "./observe-decorator.js";
import { isObservable, maxAge, type ObserveSettings, settingsOf } from "./observe-settings.js";
import { Registrar } from "./registrar.js";
import { releaseFeed, takeResult } from "./result-hook.js";
import { isObservationStore, type ObservationStore } from "./store/observation-store.js";
import { Restorer } from "./store/restorer.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };

const REGISTER = 0;
const isFunction = (value: unknown): boolean => typeof value === "function";

/** How the plugin's options are read; the README has the table. @internal */
export const observeOptions = defineOptions({
  confirmable: confirmablePolicy(),
  maxAgeS: maxAge(),
  conditions: boolean({ default: false }),
  minPeriodS: integer({ default: 1, min: 1, max: 86_400 }),
  observers: integer({ default: 10_000, min: 1 }),
  observersPerPeer: integer({ default: 100, min: 1 }),
  store: instance<ObservationStore>("an observation store", isObservationStore),
  onSubscribe: instance<NonNullable<ObservationEvents["onSubscribe"]>>("a function", isFunction),
  onUnsubscribe: instance<NonNullable<ObservationEvents["onUnsubscribe"]>>("a function", isFunction),
});

/**
 * Observation for an app: routes with `@Observe()` keep the interest of clients that ask for it, and `Notifier` tells them.
 * @example createApp({ plugins: [json(), observe({ confirmable: "always" })] })
 */
export const observe = definePlugin({
  name: PLUGIN_NAME,
  version: packageJson.version,
  contract: 1,
  requires: ["observe"],
  options: observeOptions,
  setup(host, options) {
    const observations = new Observations(host, options);
    const registrar = new Registrar(observations, host.clock, options.minPeriodS);
    const settings = new Map<RoutePlan, ObserveSettings>();
    const settingsFor = ({ route }: RequestContext): ObserveSettings => settings.get(route) as ObserveSettings;
    const routes = { for: isObservable };
    const last = { ...routes, at: "last" } as const;
    host.provide(Notifier, () => new Notifier(observations, registrar, () => settings.keys()));
    host.links.describe((route) => (isObservable(route) ? { obs: true } : {}));
    host.hooks.add("onRoute", (route) => {
      if (isObservable(route)) settings.set(route, settingsOf(route, route.meta(OBSERVE) as ObserveOptions, options));
    });
    host.hooks.add(
      "onRequest",
      (ctx) => {
        const refusal = settingsFor(ctx).conditions ? takeConditions(ctx) : undefined;
        if (refusal === undefined && isRegistration(ctx)) registrar.pending.begin(ctx, ctx.path);
        return refusal;
      },
      routes,
    );
    host.hooks.add(
      "onResult",
      (ctx, result) => takeResult(ctx, result, settingsFor(ctx), observations.feeds, isRegistration(ctx)),
      last,
    );
    host.hooks.add(
      "onSend",
      (ctx, response) => (isRegistration(ctx) ? registrar.register(ctx, response, settingsFor(ctx)) : undefined),
      last,
    );
    host.hooks.add(
      "onResponse",
      (ctx) => {
        registrar.pending.finish(ctx);
        releaseFeed(ctx);
      },
      routes,
    );
    const { writer } = observations;
    if (writer !== undefined) {
      const restorer = new Restorer(host, writer, observations, settings);
      host.hooks.add("onListen", () => restorer.onListen());
    }
    host.onClose(async () => {
      observations.close();
      await writer?.close();
    });
  },
});

/** What `observe` takes; the README has the table. */
export type ObservePluginOptions = NonNullable<Parameters<typeof observe>[0]>;

/** RFC 7641 §2. */
function isRegistration({ request }: RequestContext): boolean {
  return request.options.uint(OptionNumber.Observe) === REGISTER;
}
