import { defineOptions, definePlugin, integer, oneOf } from "@coapkit/core";
import { csvFormat } from "./csv-format.js";
import { checkRowLimit, RowLimit } from "./row-limit.js";

/**
 * Adds CSV to an app.
 * @example createApp({ plugins: [csv({ delimiter: ";" })] })
 */
export const csv = definePlugin({
  name: "coapkit-plugin-example",
  version: "0.1.0",
  contract: 1,
  options: defineOptions({
    /** What stands between two fields. */
    delimiter: oneOf([",", ";", "\t"], { default: "," }),
    /** Most rows of a payload, without the header; more are 4.00. */
    maxRows: integer({ default: 10_000, min: 1, max: 1_000_000 }),
  }),
  setup(host, options) {
    host.formats.add(csvFormat(options));
    host.hooks.add("preHandler", checkRowLimit, { for: (route) => route.meta(RowLimit) !== undefined });
  },
});
