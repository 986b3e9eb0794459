import type { CoapScheme, Transport } from "@coapkit/protocol";

/** A socket that an engine needs. */
export interface TransportRequest {
  /** Address to bind, in text form without brackets. */
  readonly host: string;
  /** Port to bind; 0 lets the system choose. */
  readonly port: number;
  /** `"client"`: nobody knows of this socket, it only sends requests. */
  readonly role: "server" | "client";
}

/** Makes the transports of one URI scheme, such as `coaps`; a plugin brings it. */
export interface TransportFactory {
  readonly scheme: CoapScheme;
  /** One transport for one endpoint; nothing is bound before its `open`. */
  create(request: TransportRequest): Transport;
}
