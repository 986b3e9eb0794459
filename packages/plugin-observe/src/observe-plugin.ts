import { createRequire } from "node:module";
import { defineOptions, definePlugin, instance, type RequestContext, type RoutePlan } from "@coapkit/core";
import { OptionNumber } from "@coapkit/protocol";
import { confirmablePolicy } from "./confirmable-policy.js";
import { Notifier } from "./notifier.js";
import { type ObservationEvents, Observations } from "./observations.js";
import { OBSERVE, type ObserveOptions } from "./observe-decorator.js";
import { isObservable, maxAge, type ObserveSettings, settingsOf } from "./observe-settings.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };

const REGISTER = 0;
const isFunction = (value: unknown): boolean => typeof value === "function";

/**
 * Observation for an app: routes with `@Observe()` keep the interest of clients that ask for it, and `Notifier` tells them.
 * @example createApp({ plugins: [json(), observe({ confirmable: "always" })] })
 */
export const observe = definePlugin({
  name: "@coapkit/plugin-observe",
  version: packageJson.version,
  contract: 1,
  requires: ["observe"],
  options: defineOptions({
    confirmable: confirmablePolicy(),
    maxAgeS: maxAge(),
    onSubscribe: instance<NonNullable<ObservationEvents["onSubscribe"]>>("a function", isFunction),
    onUnsubscribe: instance<NonNullable<ObservationEvents["onUnsubscribe"]>>("a function", isFunction),
  }),
  setup(host, options) {
    const observations = new Observations(host, options);
    const settings = new Map<RoutePlan, ObserveSettings>();
    const routes = { for: isObservable };
    host.provide(Notifier, () => new Notifier(observations));
    host.links.describe((route) => (isObservable(route) ? { obs: true } : {}));
    host.hooks.add("onRoute", (route) => {
      if (isObservable(route)) settings.set(route, settingsOf(route, route.meta(OBSERVE) as ObserveOptions, options));
    });
    host.hooks.add(
      "onRequest",
      (ctx) => {
        if (isRegistration(ctx)) observations.pending.begin(ctx, ctx.path);
      },
      routes,
    );
    host.hooks.add(
      "onSend",
      (ctx, response) =>
        isRegistration(ctx)
          ? observations.register(ctx, response, ctx.path, settings.get(ctx.route) as ObserveSettings)
          : undefined,
      routes,
    );
    host.hooks.add("onResponse", (ctx) => void observations.pending.finish(ctx), routes);
    host.onClose(() => observations.close());
  },
});

/** What `observe` takes; the README has the table. */
export type ObservePluginOptions = NonNullable<Parameters<typeof observe>[0]>;

/** RFC 7641 §2. */
function isRegistration({ request }: RequestContext): boolean {
  return request.options.uint(OptionNumber.Observe) === REGISTER;
}
