import { BlockList, isIP, isIPv6 } from "node:net";
import { type CoapScheme, type CoapUri, parseCoapUri, parsePath, RequestError, type Result } from "@coapkit/protocol";
import type { Peer } from "../ports/engine.js";

/** A resource at a peer that called us, such as `ctx.peer`: asked over the socket that it called on, also through a NAT. */
export interface PeerTarget {
  readonly peer: Peer;
  /** Absolute path with an optional query, percent-encoded as in a URI: `/config?unit=C`. @defaultValue "/" */
  readonly path?: string | undefined;
}

/** What a request is for: a URI, as text or in parts, or a resource at a peer. */
export type ClientTarget = string | CoapUri | PeerTarget;

/** Values of Uri-Query to add, by name; a list repeats the name, `true` is a name alone, `undefined` is left out. */
export type ClientQuery = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Where a request goes. */
export interface ResolvedTarget {
  readonly uri: CoapUri;
  readonly peer: Peer | undefined;
}

const WELL_KNOWN_CORE = [".well-known", "core"] as const;
const groups = new BlockList();
groups.addSubnet("224.0.0.0", 4, "ipv4");
groups.addSubnet("ff00::", 8, "ipv6");

/** @throws RequestError for a URI or path that is none, and for a group */
export function resolveTarget(target: ClientTarget, query?: ClientQuery): ResolvedTarget {
  return oneServer(withQuery(locate(target), query));
}

/** @throws RequestError for a URI that is none, and for the address of one server */
export function resolveGroup(target: string | CoapUri, query?: ClientQuery): ResolvedTarget {
  return aGroup(withQuery(locate(target), query));
}

/** A server's `/.well-known/core`, unless the target has another path; a text without a scheme is a host. RFC 6690 §4. */
export function resolveDiscovery(target: ClientTarget, query?: ClientQuery): ResolvedTarget {
  return oneServer(withQuery(atWellKnownCore(target), query));
}

/** The same of a group. */
export function resolveGroupDiscovery(target: string | CoapUri, query?: ClientQuery): ResolvedTarget {
  return aGroup(withQuery(atWellKnownCore(target), query));
}

/** Values of Uri-Query. */
export function queryItems(query: ClientQuery = {}): string[] {
  return Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (value === true) return [name];
    return typeof value === "object" ? value.map((item) => `${name}=${item}`) : [`${name}=${value}`];
  });
}

function locate(target: ClientTarget): ResolvedTarget {
  if (typeof target === "string") return { uri: unwrap(parseCoapUri(target)), peer: undefined };
  if (!("peer" in target)) return { uri: target, peer: undefined };
  const { peer, path = "/" } = target;
  const { scheme, address: host, port } = peer;
  return { uri: { scheme: scheme as CoapScheme, host, port, ...unwrap(parsePath(path)) }, peer };
}

function atWellKnownCore(target: ClientTarget): ResolvedTarget {
  const { uri, peer } = locate(typeof target === "string" && !target.includes("://") ? uriOfHost(target) : target);
  return { uri: uri.path.length === 0 ? { ...uri, path: WELL_KNOWN_CORE } : uri, peer };
}

function withQuery({ uri, peer }: ResolvedTarget, query: ClientQuery | undefined): ResolvedTarget {
  return { uri: { ...uri, query: [...uri.query, ...queryItems(query)] }, peer };
}

function oneServer(target: ResolvedTarget): ResolvedTarget {
  const { host } = target.uri;
  if (addressKind(host) !== "group") return target;
  throw new RequestError(`${host} is a group, which answers many times; use discoverGroup or getGroup.`);
}

/** A name may stand for a group. */
function aGroup(target: ResolvedTarget): ResolvedTarget {
  const { host, scheme } = target.uri;
  if (scheme !== "coap")
    // RFC 7252 §8 goes over UDP; connections and DTLS sessions have two ends
    throw new RequestError(`${scheme} has no groups; ask ${host} by coap, or each member by ${scheme}.`);
  if (addressKind(host) !== "server") return target;
  throw new RequestError(`${host} is no group, but the address of one server; use discover or get.`);
}

function uriOfHost(host: string): string {
  return `coap://${isIPv6(host) ? `[${host.replace("%", "%25")}]` : host}`; // RFC 6874 §2
}

function addressKind(host: string): "group" | "server" | "name" {
  const [address = ""] = host.split("%", 1);
  const family = isIP(address);
  if (family === 0) return "name";
  return groups.check(address, family === 6 ? "ipv6" : "ipv4") ? "group" : "server";
}

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new RequestError(result.reason);
}
