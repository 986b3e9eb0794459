/** Greatest option number. RFC 7252 §12.2. */
export const MAX_OPTION_NUMBER = 65535;

/** Greatest length that a two-byte length extension expresses, in bytes. RFC 7252 §3.1. */
export const MAX_OPTION_LENGTH = 65535 + 269;

/** Byte between options and payload; no option starts with it. RFC 7252 §3. */
export const PAYLOAD_MARKER = 0xff;

/** Nibble that announces a one-byte extension, which is also its offset. RFC 7252 §3.1. */
export const ONE_BYTE = 13;

/** Nibble that announces a two-byte extension, whose offset is {@link TWO_BYTE_OFFSET}. RFC 7252 §3.1. */
export const TWO_BYTES = 14;

/** What is subtracted from a value written in a two-byte extension. RFC 7252 §3.1. */
export const TWO_BYTE_OFFSET = 269;
