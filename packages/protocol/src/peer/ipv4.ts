/** What `parseIpv4` gives for text that is no IPv4 address: no signed 32-bit number. */
export const NOT_IPV4 = 2 ** 32;

const ZERO = 0x30;
const DOT = 0x2e;

/** A dotted IPv4 address as a signed 32-bit number, or `NOT_IPV4`; takes what sockets give, so it is not strict. */
export function parseIpv4(text: string): number {
  let address = 0;
  let part = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === DOT) {
      address = (address << 8) | part;
      part = 0;
      dots++;
      continue;
    }
    const digit = unit - ZERO;
    if (digit < 0 || digit > 9) return NOT_IPV4;
    part = part * 10 + digit;
  }
  return dots === 3 ? (address << 8) | part : NOT_IPV4;
}
