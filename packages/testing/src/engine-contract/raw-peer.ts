import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import { encodeOptions, type OptionEntry, Type } from "@coapkit/protocol";

/** A message in parts. */
export interface RawMessage {
  readonly type?: Type;
  readonly code: number;
  readonly messageId: number;
  readonly token?: readonly number[];
  readonly options?: readonly OptionEntry[];
  readonly payload?: Uint8Array;
}

/** A bare UDP socket that speaks to one port. */
export class RawPeer {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #port: number;
  readonly #received: Uint8Array[] = [];
  /** Answers what comes, instead of keeping it. */
  onDatagram: ((datagram: Uint8Array) => Uint8Array | undefined) | undefined;

  private constructor(socket: Socket, host: string, port: number) {
    this.#socket = socket;
    this.#host = host;
    this.#port = port;
    socket.on("message", (datagram, from) => {
      this.#received.push(datagram);
      const answer = this.onDatagram?.(datagram);
      if (answer !== undefined) socket.send(answer, from.port, from.address);
    });
  }

  static async open(host: string, port: number): Promise<RawPeer> {
    const socket = createSocket(isIPv6(host) ? "udp6" : "udp4").bind(0, host);
    await once(socket, "listening");
    return new RawPeer(socket, host, port);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get received(): readonly Uint8Array[] {
    return this.#received;
  }

  send(message: RawMessage): void {
    this.sendBytes(datagramOf(message));
  }

  sendBytes(datagram: Uint8Array): void {
    this.#socket.send(datagram, this.#port, this.#host);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }
}

function datagramOf({ type = Type.CON, code, messageId, token = [], options = [], payload }: RawMessage): Uint8Array {
  const header = [0x40 | (type << 4) | token.length, code, messageId >>> 8, messageId & 0xff, ...token];
  const body = payload === undefined ? [] : [0xff, ...payload];
  return Uint8Array.of(...header, ...encodeOptions(options), ...body);
}
