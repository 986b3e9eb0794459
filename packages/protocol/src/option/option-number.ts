/**
 * Option numbers registered with IANA. The options of OSCORE, EDHOC and Q-Block have names here but no definition in a
 * fresh {@link OptionRegistry}: an endpoint that does not speak them treats them as unrecognized. RFC 7252 §12.2.
 */
export const OptionNumber = {
  IfMatch: 1,
  UriHost: 3,
  ETag: 4,
  IfNoneMatch: 5,
  /** RFC 7641 */
  Observe: 6,
  UriPort: 7,
  LocationPath: 8,
  /** RFC 8613 */
  OSCORE: 9,
  UriPath: 11,
  ContentFormat: 12,
  MaxAge: 14,
  UriQuery: 15,
  /** RFC 8768 */
  HopLimit: 16,
  Accept: 17,
  /** RFC 9177 */
  QBlock1: 19,
  LocationQuery: 20,
  /** RFC 9668 */
  EDHOC: 21,
  /** RFC 7959 */
  Block2: 23,
  /** RFC 7959 */
  Block1: 27,
  /** RFC 7959 */
  Size2: 28,
  /** RFC 9177 */
  QBlock2: 31,
  ProxyUri: 35,
  ProxyScheme: 39,
  Size1: 60,
  /** RFC 9175 */
  Echo: 252,
  /** RFC 7967 */
  NoResponse: 258,
  /** RFC 9175 */
  RequestTag: 292,
} as const;

/** An option number that this package has a name for; functions take any `number` from 0 to 65535. */
export type OptionNumber = (typeof OptionNumber)[keyof typeof OptionNumber];

/** True when a receiver that does not recognize the option must reject the message. RFC 7252 §5.4.1, §5.4.6. */
export function isCritical(number: number): boolean {
  return (number & 0x01) === 0x01;
}

/** True when a proxy that does not recognize the option must not forward it. RFC 7252 §5.4.2, §5.4.6. */
export function isUnsafeToForward(number: number): boolean {
  return (number & 0x02) === 0x02;
}

/** True when the option is safe to forward and not part of the cache key. RFC 7252 §5.4.2, §5.4.6. */
export function isNoCacheKey(number: number): boolean {
  return (number & 0x1e) === 0x1c;
}
