import { type CoapUri, DEFAULT_PORTS } from "./coap-uri.js";
import { isIpv6 } from "./ip-literal.js";
import { formatPath } from "./path.js";
import { percentEncode } from "./percent-encoding.js";

const NOT_IN_REG_NAME = /[^A-Za-z0-9\-._~!$&'()*+,;=]+/gu;

/** Text of a CoAP URI in normal form: no default port, `/` for an empty path, upper case encodings. RFC 7252 §6.5. */
export function formatCoapUri(uri: CoapUri): string {
  const port = uri.port === DEFAULT_PORTS[uri.scheme] ? "" : `:${uri.port}`;
  return `${uri.scheme}://${formatHost(uri.host)}${port}${formatPath(uri.path, uri.query)}`;
}

function formatHost(host: string): string {
  if (!isIpv6(host)) return percentEncode(host, NOT_IN_REG_NAME);
  return `[${host.replace("%", "%25")}]`; // RFC 6874 §2
}
