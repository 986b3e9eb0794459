/** Schemes that a CoAP URI can have. RFC 7252 §6, RFC 8323 §8. */
export type CoapScheme = "coap" | "coaps" | "coap+tcp" | "coaps+tcp" | "coap+ws" | "coaps+ws";

/** Default port of each scheme. RFC 7252 §6.1, §6.2, RFC 8323 §8. */
export const DEFAULT_PORTS: Readonly<Record<CoapScheme, number>> = Object.freeze({
  coap: 5683,
  coaps: 5684,
  "coap+tcp": 5683,
  "coaps+tcp": 5684,
  "coap+ws": 80,
  "coaps+ws": 443,
});

/** A CoAP URI in parts, all percent-encodings resolved. RFC 7252 §6.1. */
export interface CoapUri {
  readonly scheme: CoapScheme;
  /** Name in lower case, IPv4 address, or IPv6 address without brackets (`fe80::1%eth0` with a zone). */
  readonly host: string;
  /** 0 to 65535; the default of the scheme when the text has none. */
  readonly port: number;
  /** Values of Uri-Path. */
  readonly path: readonly string[];
  /** Values of Uri-Query. */
  readonly query: readonly string[];
}
