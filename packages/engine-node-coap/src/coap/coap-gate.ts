import { EventEmitter } from "node:events";

/** Where a gate's datagrams go, and what npm coap asks a socket about. */
export interface GateTarget {
  readonly type: "udp4" | "udp6";
  address(): { address: string; port: number; family: string };
  send(datagram: Buffer, port: number, address: string): void;
}

/** What npm coap takes for its socket: only datagrams that were admitted come in, and nothing it sends can throw. */
export class CoapGate extends EventEmitter {
  readonly type: "udp4" | "udp6";
  /** The datagram sent last; npm coap sends synchronously, so a caller can read off the message ID it chose. */
  lastSent: Buffer | undefined;
  readonly #target: GateTarget;

  constructor(target: GateTarget) {
    super();
    this.type = target.type;
    this.#target = target;
    this.on("error", () => {}); // an 'error' without a listener would end the process
  }

  /** Hands npm coap a datagram; returns what it threw. */
  deliver(datagram: Buffer, from: { address: string; port: number }): unknown {
    try {
      this.emit("message", datagram, from);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  address(): { address: string; port: number; family: string } {
    return this.#target.address();
  }

  /** The signature of dgram.Socket that npm coap uses. Failures are the real socket's to report, never npm coap's. */
  send(
    buffer: Buffer,
    offset: number,
    length: number,
    port: number,
    address: string | undefined,
    callback?: (error: Error | null, bytes: number) => void,
  ): void {
    if (typeof address !== "string") return; // npm coap's own error replies name no address, and would go to localhost
    const datagram = buffer.subarray(offset, offset + length);
    this.lastSent = datagram;
    this.#target.send(datagram, port, address);
    callback?.(null, length);
  }
}
