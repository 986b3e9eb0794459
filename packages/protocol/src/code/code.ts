/**
 * Code bytes of requests and responses: three bits of class, five of detail. RFC 7252 §12.1, RFC 7959 §6 (2.31, 4.08),
 * RFC 8132 §6 (FETCH, PATCH, iPATCH, 4.09, 4.22), RFC 8516 §5 (4.29), RFC 8768 §6 (5.08).
 */
export const Code = {
  /** 0.00: an Empty message, neither request nor response. RFC 7252 §4.1. */
  Empty: 0x00,
  GET: 0x01,
  POST: 0x02,
  PUT: 0x03,
  DELETE: 0x04,
  FETCH: 0x05,
  PATCH: 0x06,
  IPATCH: 0x07,
  /** 2.01 */
  Created: 0x41,
  /** 2.02 */
  Deleted: 0x42,
  /** 2.03 */
  Valid: 0x43,
  /** 2.04 */
  Changed: 0x44,
  /** 2.05 */
  Content: 0x45,
  /** 2.31 */
  Continue: 0x5f,
  /** 4.00 */
  BadRequest: 0x80,
  /** 4.01 */
  Unauthorized: 0x81,
  /** 4.02 */
  BadOption: 0x82,
  /** 4.03 */
  Forbidden: 0x83,
  /** 4.04 */
  NotFound: 0x84,
  /** 4.05 */
  MethodNotAllowed: 0x85,
  /** 4.06 */
  NotAcceptable: 0x86,
  /** 4.08 */
  RequestEntityIncomplete: 0x88,
  /** 4.09 */
  Conflict: 0x89,
  /** 4.12 */
  PreconditionFailed: 0x8c,
  /** 4.13 */
  RequestEntityTooLarge: 0x8d,
  /** 4.15 */
  UnsupportedContentFormat: 0x8f,
  /** 4.22 */
  UnprocessableEntity: 0x96,
  /** 4.29 */
  TooManyRequests: 0x9d,
  /** 5.00 */
  InternalServerError: 0xa0,
  /** 5.01 */
  NotImplemented: 0xa1,
  /** 5.02 */
  BadGateway: 0xa2,
  /** 5.03 */
  ServiceUnavailable: 0xa3,
  /** 5.04 */
  GatewayTimeout: 0xa4,
  /** 5.05 */
  ProxyingNotSupported: 0xa5,
  /** 5.08 */
  HopLimitReached: 0xa8,
} as const;

/** A code byte that this package has a name for; functions take any `number` from 0 to 255. */
export type Code = (typeof Code)[keyof typeof Code];

/** Class of a code byte, 0 to 7: 0 requests, 2 success, 4 client error, 5 server error, 7 signaling. RFC 7252 §3. */
export function codeClass(code: number): number {
  return code >>> 5;
}

/** True for 0.01 to 0.31, whether or not the method is a known one. RFC 7252 §12.1.1. */
export function isRequestCode(code: number): boolean {
  return code > 0x00 && code < 0x20;
}

/** True for 2.00 to 5.31, whether or not the code is a known one. RFC 7252 §12.1.2. */
export function isResponseCode(code: number): boolean {
  return code >= 0x40 && code < 0xc0;
}

/** True for 2.00 to 2.31. RFC 7252 §5.9.1. */
export function isSuccessCode(code: number): boolean {
  return code >>> 5 === 2;
}
