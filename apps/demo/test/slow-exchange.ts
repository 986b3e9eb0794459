import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const ACK = 0x60;

/** One confirmable `GET /slow?ms=300`, datagram by datagram. RFC 7252 §3. */
export class SlowExchange {
  readonly #socket: Socket = createSocket("udp4");
  readonly #port: number;

  /** @param uri `coap://127.0.0.1:40213` */
  constructor(uri: string) {
    this.#port = Number(uri.split(":").at(-1));
  }

  /** Sends the request. @returns the first datagram that comes back */
  async request(): Promise<Buffer> {
    const header = Buffer.from([0x40, 0x01, 0x12, 0x34]); // CON without a token, GET, message ID 0x1234
    const options = [Buffer.from([0xb4]), Buffer.from("slow"), Buffer.from([0x46]), Buffer.from("ms=300")];
    this.#socket.send(Buffer.concat([header, ...options]), this.#port, "127.0.0.1");
    return this.#next();
  }

  /** Waits for the separate response and acknowledges it. */
  async response(): Promise<Buffer> {
    const response = await this.#next();
    const acknowledgement = Buffer.from([ACK, 0x00, response.readUInt8(2), response.readUInt8(3)]);
    this.#socket.send(acknowledgement, this.#port, "127.0.0.1", () => this.#socket.close());
    return response;
  }

  async #next(): Promise<Buffer> {
    const [datagram] = await once(this.#socket, "message");
    return datagram as Buffer;
  }
}
