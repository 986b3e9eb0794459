import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** A relay in front of a server, for one client, whose port as the server sees it can change. */
export class Nat {
  readonly #inside: Socket;
  readonly #serverPort: number;
  #outside: Socket;
  #clientPort = 0;

  /** @param serverPort of 127.0.0.1 */
  static async inFrontOf(serverPort: number): Promise<Nat> {
    const nat = new Nat(await bound(), await bound(), serverPort);
    onTestFinished(() => nat.#close());
    return nat;
  }

  private constructor(inside: Socket, outside: Socket, serverPort: number) {
    this.#inside = inside;
    this.#outside = outside;
    this.#serverPort = serverPort;
    inside.on("message", (datagram, { port }) => {
      this.#clientPort = port;
      this.#outside.send(datagram, serverPort, "127.0.0.1");
    });
    this.#listen(outside);
  }

  /** Where the client sends to. */
  get port(): number {
    return this.#inside.address().port;
  }

  /** Where the server sees the client. */
  get publicPort(): number {
    return this.#outside.address().port;
  }

  /** Forgets the mapping: what comes to the old port is lost, and the next datagram leaves from another one. */
  async rebind(): Promise<void> {
    const before = this.#outside;
    this.#outside = await bound();
    this.#listen(this.#outside);
    before.close();
  }

  #listen(outside: Socket): void {
    outside.on("message", (datagram, { port }) => {
      if (port === this.#serverPort) this.#inside.send(datagram, this.#clientPort, "127.0.0.1");
    });
  }

  #close(): void {
    this.#inside.close();
    this.#outside.close();
  }
}

async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}
