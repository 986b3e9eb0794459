import { ConfigError, type MetadataEntry, type RouteMetadata, routeMetadata } from "@coapkit/core";
import type { ValueFrom } from "./conditions/sampled-value.js";
import type { ConfirmablePolicy } from "./confirmable-policy.js";

/** What can be said of one observable route. */
export interface ObserveOptions {
  /** Which notifications are confirmable. @defaultValue the plugin's, `{ every: 10 }` */
  readonly confirmable?: ConfirmablePolicy | undefined;
  /** Max-Age in seconds of representations that name none. RFC 7641 §4.3.1. @defaultValue the plugin's, none: clients assume 60 */
  readonly maxAgeS?: number | undefined;
  /**
   * Runs the handler for each client instead of once for all that asked alike. Needed where the representation depends
   * on who asks. @defaultValue false
   */
  readonly perClient?: boolean | undefined;
  /**
   * Whether clients may say when they want to be told, by query parameters such as `c.pmin=10&c.gt=25`.
   * draft-ietf-core-conditional-attributes-12. @defaultValue the plugin's, `false`
   */
  readonly conditions?: boolean | undefined;
  /**
   * Finds the value that conditions look at in what the handler returned, before it is encoded.
   * @defaultValue a number, a boolean, a text that is one, `{ value }`, or the first SenML record with `v` or `vb`
   */
  readonly valueFrom?: ValueFrom | undefined;
}

/** The package's name, and the plugin's. */
export const PLUGIN_NAME = "@coapkit/plugin-observe";

/** The metadata of observable routes; they do not boot without the plugin. */
export const OBSERVE: RouteMetadata<ObserveOptions> = routeMetadata<ObserveOptions>(PLUGIN_NAME, {
  plugin: PLUGIN_NAME,
});

/**
 * Lets clients observe what a GET or FETCH handler answers; anywhere else the app does not boot. RFC 7641, RFC 8132 §2.4.
 * @throws ConfigError on a class
 * @example @Get(":id") @Observe({ confirmable: "always" }) read(@Param("id") id: string) { … }
 */
export function Observe(options: ObserveOptions = {}): (prototype: object, name: string | symbol) => void {
  return (prototype, name: string | symbol | undefined) => {
    if (name === undefined) {
      throw new ConfigError(
        "COAPKIT_ERR_DECORATOR_MISUSE",
        `@Observe stands on the class ${(prototype as { readonly name: string }).name}; put it on the methods that answer GET or FETCH.`,
      );
    }
    OBSERVE(options)(prototype, name);
  };
}

/** The same for routes without decorators. @example app.route({ method: "GET", path: "/t", metadata: [observable()], handler }) */
export function observable(options: ObserveOptions = {}): MetadataEntry {
  return OBSERVE.entry(options);
}
