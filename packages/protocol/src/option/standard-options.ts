// A table, one line for each option: RFC 7252 §5.10, 7641 §2, 7959 §2.1 and §4, 7967 §2, 8768 §3, 9175 §2.2.1 and §3.2.
import type { OptionDefinition, OptionFormat } from "./option-definition.js";
import { OptionNumber } from "./option-number.js";

const ONCE = false;
const REPEATABLE = true;

/** Definitions that every {@link OptionRegistry} starts with. */
export const STANDARD_OPTIONS: readonly OptionDefinition[] = [
  option(OptionNumber.IfMatch, "If-Match", "opaque", 0, 8, REPEATABLE),
  option(OptionNumber.UriHost, "Uri-Host", "string", 1, 255, ONCE),
  option(OptionNumber.ETag, "ETag", "opaque", 1, 8, REPEATABLE),
  option(OptionNumber.IfNoneMatch, "If-None-Match", "empty", 0, 0, ONCE),
  option(OptionNumber.Observe, "Observe", "uint", 0, 3, ONCE),
  option(OptionNumber.UriPort, "Uri-Port", "uint", 0, 2, ONCE),
  option(OptionNumber.LocationPath, "Location-Path", "string", 0, 255, REPEATABLE),
  option(OptionNumber.UriPath, "Uri-Path", "string", 0, 255, REPEATABLE),
  option(OptionNumber.ContentFormat, "Content-Format", "uint", 0, 2, ONCE),
  option(OptionNumber.MaxAge, "Max-Age", "uint", 0, 4, ONCE),
  option(OptionNumber.UriQuery, "Uri-Query", "string", 0, 255, REPEATABLE),
  option(OptionNumber.HopLimit, "Hop-Limit", "uint", 1, 1, ONCE),
  option(OptionNumber.Accept, "Accept", "uint", 0, 2, ONCE),
  option(OptionNumber.LocationQuery, "Location-Query", "string", 0, 255, REPEATABLE),
  option(OptionNumber.Block2, "Block2", "uint", 0, 3, ONCE),
  option(OptionNumber.Block1, "Block1", "uint", 0, 3, ONCE),
  option(OptionNumber.Size2, "Size2", "uint", 0, 4, ONCE),
  option(OptionNumber.ProxyUri, "Proxy-Uri", "string", 1, 1034, ONCE),
  option(OptionNumber.ProxyScheme, "Proxy-Scheme", "string", 1, 255, ONCE),
  option(OptionNumber.Size1, "Size1", "uint", 0, 4, ONCE),
  option(OptionNumber.Echo, "Echo", "opaque", 1, 40, ONCE),
  option(OptionNumber.NoResponse, "No-Response", "uint", 0, 1, ONCE),
  option(OptionNumber.RequestTag, "Request-Tag", "opaque", 0, 8, REPEATABLE),
];

function option(
  number: number,
  name: string,
  format: OptionFormat,
  minLength: number,
  maxLength: number,
  repeatable: boolean,
): OptionDefinition {
  return Object.freeze({ number, name, format, minLength, maxLength, repeatable });
}
