import type { RequestContext } from "@coapkit/core";

/** Whether a peer comes over TLS or DTLS: `coaps`, `coaps+tcp`, `coaps+ws`. RFC 7252 §6.2, RFC 8323 §8. */
export function isSecured({ scheme }: RequestContext["peer"]): boolean {
  return scheme.startsWith("coaps");
}
