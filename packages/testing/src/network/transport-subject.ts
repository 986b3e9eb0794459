import type { Transport } from "@coapkit/protocol";

/** What a transport contract needs to know of a transport. */
export interface TransportSubject {
  /** Address at which transports of this subject reach each other. */
  readonly host: string;
  /** Makes a transport at `host`, not opened; port 0 takes a free one. */
  make(port: number): Transport;
  /** Lets datagrams travel for a while. @defaultValue one turn of the event loop */
  settle?(): Promise<void>;
}

/** What can be set for a contract. */
export interface TransportContractOptions {
  /** Longest time in milliseconds for a datagram to arrive. @defaultValue 2000 */
  readonly deadlineMs?: number | undefined;
  /** Bytes of the largest datagram that must be carried. @defaultValue 1152, from RFC 7252 §4.6 */
  readonly maxDatagramBytes?: number | undefined;
}
