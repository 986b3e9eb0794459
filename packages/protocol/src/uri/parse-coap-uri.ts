import { utf8Length } from "../option/utf8.js";
import { fail, ok, type Result } from "../result.js";
import { type CoapScheme, type CoapUri, DEFAULT_PORTS } from "./coap-uri.js";
import { isIpv6 } from "./ip-literal.js";
import { parsePath } from "./path.js";
import { percentDecode } from "./percent-encoding.js";

const URI = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^#]*)$/;
const AUTHORITY = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/;
// RFC 3986 §2: unreserved, reserved and "%", without the brackets that only the authority may have.
const PATH_AND_QUERY = /^[A-Za-z0-9\-._~:/?@!$&'()*+,;=%]*$/;
const REG_NAME = /^[A-Za-z0-9\-._~!$&'()*+,;=%]+$/;
const ZONE = /^[A-Za-z0-9\-._~]+$/;
const MAX_HOST_BYTES = 255;

/**
 * Reads an absolute CoAP URI. The scheme and the host become lower case, a missing port becomes the default of the
 * scheme. Fails on another scheme, user information, a fragment, an empty host, a port above 65535, characters that
 * RFC 3986 does not allow, bad percent-encodings, and parts too long for their option. RFC 7252 §6.4, RFC 8323 §8.
 */
export function parseCoapUri(text: string): Result<CoapUri> {
  if (text.includes("#")) return fail(`"${text}" has a fragment, which CoAP does not send; remove it.`); // §6.4 step 4
  const match = URI.exec(text);
  if (match === null) return fail(`"${text}" is not an absolute URI of the form coap://host/path.`);
  const [, rawScheme = "", authority = "", pathAndQuery = ""] = match;
  const scheme = rawScheme.toLowerCase();
  if (!isCoapScheme(scheme)) return fail(`Scheme "${scheme}" is not one of ${Object.keys(DEFAULT_PORTS).join(", ")}.`);
  if (!PATH_AND_QUERY.test(pathAndQuery)) return fail(`"${text}" has characters to be percent-encoded.`);
  const endpoint = parseAuthority(authority, DEFAULT_PORTS[scheme]);
  if (!endpoint.ok) return endpoint;
  const resource = parsePath(pathAndQuery);
  return resource.ok ? ok({ scheme, ...endpoint.value, ...resource.value }) : resource;
}

function isCoapScheme(scheme: string): scheme is CoapScheme {
  return Object.hasOwn(DEFAULT_PORTS, scheme);
}

function parseAuthority(authority: string, defaultPort: number): Result<{ host: string; port: number }> {
  if (authority.includes("@")) return fail(`"${authority}" has user information, which CoAP URIs do not; remove it.`);
  const match = AUTHORITY.exec(authority);
  if (match === null) return fail(`"${authority}" is not a host with an optional port.`);
  const [, rawHost = "", rawPort = ""] = match;
  const port = rawPort === "" ? defaultPort : Number(rawPort);
  if (port > 65535) return fail(`Port ${rawPort} exceeds 65535.`);
  const host = rawHost.startsWith("[") ? parseIpLiteral(rawHost.slice(1, -1)) : parseRegName(rawHost);
  return host.ok ? ok({ host: host.value, port }) : host;
}

function parseIpLiteral(literal: string): Result<string> {
  const zoneAt = literal.indexOf("%");
  const address = (zoneAt < 0 ? literal : literal.slice(0, zoneAt)).toLowerCase();
  if (!isIpv6(address)) return fail(`"[${literal}]" is not an IPv6 address.`);
  if (zoneAt < 0) return ok(address);
  const zone = literal.slice(literal.startsWith("%25", zoneAt) ? zoneAt + 3 : zoneAt + 1); // RFC 6874 §2, §3
  return ZONE.test(zone) ? ok(`${address}%${zone}`) : fail(`"${zone}" is not an IPv6 zone identifier.`);
}

function parseRegName(rawHost: string): Result<string> {
  if (rawHost === "") return fail("The host is empty; CoAP URIs need one."); // RFC 7252 §6.1
  if (!REG_NAME.test(rawHost)) return fail(`Host "${rawHost}" has characters to be percent-encoded.`);
  const host = percentDecode(rawHost.toLowerCase());
  if (!host.ok) return host;
  if (utf8Length(host.value) > MAX_HOST_BYTES) return fail(`The host exceeds ${MAX_HOST_BYTES} bytes.`);
  return isIpv6(host.value) ? fail(`IPv6 address "${host.value}" is not in brackets; put it into [ and ].`) : host;
}
