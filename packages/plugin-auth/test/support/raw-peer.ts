import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { encodeOptions, type OptionEntry, OptionNumber } from "@coapkit/protocol";

/** A request as it is on the wire, whatever a client would make of it. RFC 7252 §3. */
export interface RawRequest {
  readonly code: number;
  readonly messageId: number;
  /** One byte. */
  readonly token: number;
  readonly path: string;
  readonly options?: readonly OptionEntry[];
  readonly payload?: Uint8Array;
}

const VERSION_NON = 0x50;
const TOKEN_LENGTH = 1;

/** A UDP socket that sends what it is told to, and reads the heads of answers. */
export class RawPeer {
  readonly #socket: Socket;
  readonly #port: number;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
  }

  static async open(port: number): Promise<RawPeer> {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new RawPeer(socket, port);
  }

  /** Sends a NON. */
  send({ code, messageId, token, path, options = [], payload }: RawRequest): void {
    const segments = path.split("/").map((value) => ({ number: OptionNumber.UriPath, value }));
    const head = [VERSION_NON | TOKEN_LENGTH, code, messageId >> 8, messageId & 0xff, token];
    const body = payload === undefined ? [] : [0xff, ...payload];
    const encoded = encodeOptions([...segments, ...options].toSorted((a, b) => a.number - b.number));
    this.#socket.send(Uint8Array.of(...head, ...encoded, ...body), this.#port, "127.0.0.1");
  }

  /** Code and token of the next answer: `4.01 for 7`. */
  async next(): Promise<string> {
    const [bytes] = (await once(this.#socket, "message")) as [Buffer];
    const code = bytes[1] ?? 0;
    return `${code >> 5}.${String(code & 0x1f).padStart(2, "0")} for ${bytes[4]}`;
  }

  async ask(request: RawRequest): Promise<string> {
    const answer = this.next();
    this.send(request);
    return answer;
  }

  close(): void {
    this.#socket.close();
  }
}
