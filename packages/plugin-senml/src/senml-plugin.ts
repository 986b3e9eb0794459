import { createRequire } from "node:module";
import { boolean, defineOptions, definePlugin, instance, integer, oneOf, text } from "@coapkit/core";
import { senmlCborFormat, senmlJsonFormat } from "./senml-format.js";
import type { SenmlMapping } from "./senml-mapping.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };
const isFunction = (value: unknown): boolean => typeof value === "function";

/**
 * SenML for an app: JSON (110) and CBOR (112).
 * @example createApp({ plugins: [json(), senml({ baseName: "urn:dev:ow:10e2073a01080063:" })] })
 */
export const senml = definePlugin({
  name: "@coapkit/plugin-senml",
  version: packageJson.version,
  contract: 1,
  options: defineOptions({
    baseName: text({ default: undefined }),
    compact: boolean({ default: false }),
    decodeAs: oneOf(["records", "readings", "groups"], { default: "records" }),
    times: oneOf(["absolute", "asSent"], { default: "absolute" }),
    units: oneOf(["convert", "registered", "asSent"], { default: "convert" }),
    maxRecords: integer({ default: 10_000, min: 1 }),
    maxNameLength: integer({ default: 1024, min: 1, max: 65_535 }),
    toSenml: instance<NonNullable<SenmlMapping["toSenml"]>>("a function", isFunction),
    fromSenml: instance<NonNullable<SenmlMapping["fromSenml"]>>("a function", isFunction),
    nowMs: instance<() => number>("a function that gives milliseconds since 1970", isFunction),
  }),
  setup(host, { toSenml, fromSenml, nowMs = Date.now, ...options }) {
    const settings = { ...options, ...(toSenml && { toSenml }), ...(fromSenml && { fromSenml }), nowMs };
    host.formats.add(senmlJsonFormat(settings));
    host.formats.add(senmlCborFormat(settings));
  },
});

/** What `senml` takes; the README has the table. */
export type SenmlOptions = NonNullable<Parameters<typeof senml>[0]>;
