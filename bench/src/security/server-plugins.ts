import type { Plugin } from "@coapkit/core";
import { dtls } from "@coapkit/plugin-dtls";
import { serverCredentials } from "./credentials.js";
import type { Security } from "./security.js";

/** What a server of coapkit needs to listen for `coaps`; nothing where it does not. */
export function serverPlugins(security: Security): readonly Plugin[] {
  return security.mode === "none" ? [] : [dtls(serverCredentials(security))];
}
