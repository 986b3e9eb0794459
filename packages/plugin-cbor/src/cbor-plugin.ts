import { createRequire } from "node:module";
import { defineOptions, definePlugin, integer } from "@coapkit/core";
import { cborFormat } from "./cbor-format.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/**
 * CBOR for an app: Content-Format 60 and every `+cbor` type.
 * @example createApp({ plugins: [json(), cbor({ maxDepth: 16 })] })
 */
export const cbor = definePlugin({
  name: "@coapkit/plugin-cbor",
  version: packageJson.version,
  contract: 1,
  options: defineOptions({ maxDepth: integer({ default: 64, min: 1, max: 1000 }) }),
  setup: (host, options) => host.formats.add(cborFormat(options)),
});

/** What `cbor` takes; the README has the table. */
export type CborOptions = NonNullable<Parameters<typeof cbor>[0]>;
