import { createRequire } from "node:module";
import { definePlugin } from "@coapkit/core";
import { dtlsOptions } from "./credentials/dtls-options.js";
import { Dtls } from "./dtls.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/**
 * `coaps://` for an app: DTLS 1.2 with pre-shared keys, raw public keys or certificates, for `app.listen` and for requests.
 * Where the native addon is missing the app boots all the same, and `listen` throws a `DtlsUnavailableError`.
 * @example createApp({ plugins: [dtls({ psk: { "device-1": "secret" } })] })
 */
export const dtls = definePlugin({
  name: "@coapkit/plugin-dtls",
  version: packageJson.version,
  contract: 1,
  options: dtlsOptions,
  setup(host, options) {
    const sockets = new Dtls(options, host.clock, host.log);
    host.transports.add(sockets.factory);
    host.provide(Dtls, () => sockets);
  },
});

/** What `dtls` takes; the README has the table. */
export type DtlsOptions = NonNullable<Parameters<typeof dtls>[0]>;
