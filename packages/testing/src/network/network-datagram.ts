import { formatCode } from "@coapkit/protocol";

/** What became of a datagram. */
export type Fate =
  /** It arrives, or has arrived. */
  | "carried"
  /** Chance took it. */
  | "lost"
  /** The test took it. */
  | "dropped"
  /** A partition lay between sender and receiver. */
  | "partitioned"
  /** It was larger than the network carries. */
  | "too large"
  /** Nobody listened where it arrived. */
  | "unreachable";

/** One datagram that was sent. */
export interface NetworkDatagram {
  /** When it was sent, on the network's clock, in milliseconds. */
  readonly atMs: number;
  /** Where the receiver sees it come from: `10.0.0.1:5683`. */
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
  readonly fate: Fate;
  /** How often it arrives: 2 where it was duplicated. */
  readonly copies: number;
}

const TYPES = ["CON", "NON", "ACK", "RST"] as const;

/**
 * A datagram in one line, for messages of failed tests.
 * @example "120 ms 10.0.0.1:5683 > 10.0.0.2:5683 CON 0.01 id 7d34 token 20, 17 bytes, lost"
 */
export function summarizeDatagram({ atMs, from, to, bytes, fate, copies }: NetworkDatagram): string {
  const outcome = fate === "carried" ? (copies > 1 ? `, ${copies} times` : "") : `, ${fate}`;
  return `${atMs} ms ${from} > ${to} ${summarizeMessage(bytes)}, ${bytes.length} bytes${outcome}`;
}

function summarizeMessage(bytes: Uint8Array): string {
  const [first = 0, code = 0, high = 0, low = 0] = bytes;
  if (bytes.length < 4 || first >> 6 !== 1) return "not CoAP";
  const token = Buffer.from(bytes.subarray(4, 4 + (first & 15))).toString("hex");
  const id = (256 * high + low).toString(16).padStart(4, "0");
  return `${TYPES[(first >> 4) & 3]} ${formatCode(code)} id ${id}${token === "" ? "" : ` token ${token}`}`;
}
