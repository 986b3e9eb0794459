import { createRequire } from "node:module";
import { boolean, defineOptions, definePlugin, integer, oneOf } from "@coapkit/core";
import { jsonFormat } from "./json-format.js";
import { jsonPatchFormat, mergePatchFormat } from "./patch/patch-formats.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/**
 * JSON for an app: Content-Format 50 and every `+json` type; JSON Patch (51) and merge patch (52) as objects, if wanted.
 * @example createApp({ plugins: [json({ maxDepth: 16 })] })
 */
export const json = definePlugin({
  name: "@coapkit/plugin-json",
  version: packageJson.version,
  contract: 1,
  options: defineOptions({
    maxDepth: integer({ default: 64, min: 1, max: 1000 }),
    forbiddenKeys: oneOf(["refuse", "remove"], { default: "refuse" }),
    patches: boolean({ default: false }),
    maxPatchOperations: integer({ default: 1000, min: 1 }),
    maxPatchSize: integer({ default: 1_048_576, min: 1 }),
  }),
  setup(host, options) {
    host.formats.add(jsonFormat(options));
    if (!options.patches) return;
    host.formats.add(jsonPatchFormat(options));
    host.formats.add(mergePatchFormat(options));
  },
});

/** What `json` takes; the README has the table. */
export type JsonOptions = NonNullable<Parameters<typeof json>[0]>;
