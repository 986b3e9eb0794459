/** Alerts that end handshakes, by their numbers. RFC 5246 §7.2, RFC 4279 §6, RFC 5246 §7.2.2, RFC 6066 §9. */
const NAMES: Readonly<Record<number, string>> = {
  10: "unexpected_message",
  20: "bad_record_mac",
  22: "record_overflow",
  40: "handshake_failure",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error",
  70: "protocol_version",
  71: "insufficient_security",
  80: "internal_error",
  90: "user_canceled",
  110: "unsupported_extension",
  112: "unrecognized_name",
  115: "unknown_psk_identity",
};

/** Alert that says that nobody has the identity. RFC 4279 §6. */
export const UNKNOWN_PSK_IDENTITY = 115;

/** Name of an alert with its number: `unknown_ca (48)`. */
export function alertName(alert: number): string {
  return `${NAMES[alert] ?? "alert"} (${alert})`;
}
