import { createRequire } from "node:module";
import { defineOptions, definePlugin, integer, oneOf } from "@coapkit/core";
import { jsonFormat } from "./json-format.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/**
 * JSON for an app: Content-Format 50 and every `+json` type.
 * @example createApp({ plugins: [json({ maxDepth: 16 })] })
 */
export const json = definePlugin({
  name: "@coapkit/plugin-json",
  version: packageJson.version,
  contract: 1,
  options: defineOptions({
    maxDepth: integer({ default: 64, min: 1, max: 1000 }),
    forbiddenKeys: oneOf(["refuse", "remove"], { default: "refuse" }),
  }),
  setup: (host, options) => host.formats.add(jsonFormat(options)),
});

/** What `json` takes; the README has the table. */
export type JsonOptions = NonNullable<Parameters<typeof json>[0]>;
