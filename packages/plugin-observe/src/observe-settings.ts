import {
  boolean,
  ConfigError,
  defineOptions,
  instance,
  integer,
  type OptionSpec,
  type RoutePlan,
  readOptionsSync,
} from "@coapkit/core";
import { sampledValue, type ValueFrom } from "./conditions/sampled-value.js";
import { type ConfirmablePolicy, confirmablePolicy, DEFAULT_CONFIRMABLE } from "./confirmable-policy.js";
import { OBSERVE, type ObserveOptions } from "./observe-decorator.js";

/** How the representations of one route are sent. */
export interface ObserveSettings {
  readonly confirmable: ConfirmablePolicy;
  readonly maxAgeS: number | undefined;
  readonly perClient: boolean;
  /** Whether clients may register with conditions. */
  readonly conditions: boolean;
  readonly valueFrom: ValueFrom;
}

/** What the plugin's options say for routes that do not say it themselves. */
export interface ObserveDefaults {
  readonly confirmable: ConfirmablePolicy | undefined;
  readonly maxAgeS: number | undefined;
  readonly conditions: boolean;
}

const LARGEST_MAX_AGE_S = 0xffffffff;

/** How `maxAgeS` is read, for the plugin and for a route alike. */
export function maxAge(): OptionSpec<number, number | undefined> {
  return integer({ default: undefined, min: 0, max: LARGEST_MAX_AGE_S });
}

/** How the options of a route are read; the README has the table. @internal */
export const routeOptions = defineOptions({
  confirmable: confirmablePolicy(),
  maxAgeS: maxAge(),
  perClient: boolean({ default: false }),
  conditions: boolean({ default: undefined }),
  valueFrom: instance<ValueFrom>("a function", (value) => typeof value === "function"),
});

/** What a route that is observable has said, completed by what the plugin was told. @throws ConfigError for a route that cannot be observed, or malformed options */
export function settingsOf(route: RoutePlan, options: ObserveOptions, defaults: ObserveDefaults): ObserveSettings {
  if (route.method !== "GET" && route.method !== "FETCH") {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `${route.name} answers ${route.method}, which cannot be observed (RFC 7641 §3.1); put @Observe on a GET or FETCH handler.`,
    );
  }
  const own = readOptionsSync(`@Observe of ${route.name}`, routeOptions, options);
  return Object.freeze({
    confirmable: own.confirmable ?? defaults.confirmable ?? DEFAULT_CONFIRMABLE,
    maxAgeS: own.maxAgeS ?? defaults.maxAgeS,
    perClient: own.perClient,
    conditions: own.conditions ?? defaults.conditions,
    valueFrom: own.valueFrom ?? sampledValue,
  });
}

/** Whether a route says that it can be observed. */
export function isObservable(route: RoutePlan): boolean {
  return route.meta(OBSERVE) !== undefined;
}
