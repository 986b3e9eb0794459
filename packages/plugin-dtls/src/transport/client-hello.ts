const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
/** Bytes of the header of a record without connection ID. RFC 6347 §4.1. */
const RECORD_HEADER_BYTES = 13;
/** Bytes of the header of a handshake message. RFC 6347 §4.2.2. */
const MESSAGE_HEADER_BYTES = 12;
const RANDOM = RECORD_HEADER_BYTES + MESSAGE_HEADER_BYTES + 2;
const RANDOM_BYTES = 32;

/** Whether a datagram begins like a ClientHello; whether it is one, the engine finds out. */
export function isClientHello(buffer: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= RANDOM + RANDOM_BYTES &&
    buffer[start] === HANDSHAKE_RECORD &&
    buffer[start + RECORD_HEADER_BYTES] === CLIENT_HELLO
  );
}

/** A copy of the random of what begins like a ClientHello; the one with a cookie has that of the one before. RFC 6347 §4.2.1. */
export function randomOf(buffer: Uint8Array, start: number): Uint8Array {
  return buffer.slice(start + RANDOM, start + RANDOM + RANDOM_BYTES);
}
