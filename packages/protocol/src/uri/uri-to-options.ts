import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import type { CoapUri } from "./coap-uri.js";
import { isIpv4, isIpv6 } from "./ip-literal.js";

/** What {@link uriToOptions} knows of where the request goes. */
export interface UriToOptionsSettings {
  /** Port that the request is sent to. @defaultValue the port of the URI */
  readonly destinationPort?: number;
}

/**
 * Uri-Host, Uri-Port, Uri-Path and Uri-Query of a request for this URI, in ascending order. Uri-Host is left out when
 * the host is an IP address, Uri-Port when the request is sent to that port. RFC 7252 §6.4.
 */
export function uriToOptions(uri: CoapUri, settings: UriToOptionsSettings = {}): OptionEntry[] {
  const { host, port, path, query } = uri;
  const entries: OptionEntry[] = [];
  if (!isIpv4(host) && !isIpv6(host)) entries.push({ number: OptionNumber.UriHost, value: host });
  if (port !== (settings.destinationPort ?? port)) entries.push({ number: OptionNumber.UriPort, value: port });
  for (const segment of path) entries.push({ number: OptionNumber.UriPath, value: segment });
  for (const argument of query) entries.push({ number: OptionNumber.UriQuery, value: argument });
  return entries;
}
