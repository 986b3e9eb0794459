import { createSocket, type RemoteInfo, type Socket, type SocketType } from "node:dgram";
import type { Counters } from "../counters.js";

/** What a UdpSocket tells its owner. */
export interface UdpSocketEvents {
  onDatagram(datagram: Buffer, from: RemoteInfo): void;
  /** The socket itself failed, after it was bound. */
  onError(error: Error): void;
  /** One datagram could not be sent. */
  onSendError?(error: Error, port: number, address: string): void;
}

/** The real socket, held by us and not by npm coap: sending never throws, and closing waits for what is being sent. */
export class UdpSocket {
  readonly #socket: Socket;
  readonly #counters: Counters;
  readonly #events: UdpSocketEvents;
  #pendingSends = 0;
  #isClosed = false;
  #onFlushed: (() => void) | undefined;

  constructor(
    readonly type: SocketType,
    counters: Counters,
    events: UdpSocketEvents,
  ) {
    this.#counters = counters;
    this.#events = events;
    this.#socket = createSocket({ type });
    this.#socket.on("message", (datagram, from) => this.#receive(datagram, from));
  }

  /** Binds; rejects with the socket's own error, after which the socket is closed. */
  bind(port: number, address?: string): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.#shut();
        reject(error);
      };
      socket.once("error", fail);
      socket.bind({ port, ...(address === undefined ? {} : { address }) }, () => {
        socket.off("error", fail);
        socket.on("error", this.#events.onError);
        resolve();
      });
    });
  }

  address(): { address: string; port: number; family: string } {
    return this.#socket.address();
  }

  send(datagram: Uint8Array, port: number, address: string): void {
    if (this.#isClosed) return;
    this.#pendingSends++;
    try {
      this.#socket.send(datagram, port, address, (error) => this.#settle(error, datagram, port, address));
    } catch (error) {
      this.#settle(error as Error, datagram, port, address); // port 0 and the like throw at once
    }
  }

  /** Resolves when nothing waits to be sent. */
  flushed(): Promise<void> {
    if (this.#pendingSends === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onFlushed = resolve;
    });
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#socket.once("close", resolve);
      this.#shut();
    });
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    if (this.#isClosed) return;
    this.#counters.add("received");
    this.#counters.add("receivedBytes", datagram.length);
    this.#events.onDatagram(datagram, from);
  }

  #settle(error: Error | null, datagram: Uint8Array, port: number, address: string): void {
    this.#pendingSends--;
    if (error === null) {
      this.#counters.add("sent");
      this.#counters.add("sentBytes", datagram.length);
    } else {
      this.#counters.add("sendErrors");
      this.#events.onSendError?.(error, port, address);
    }
    if (this.#pendingSends === 0) this.#onFlushed?.();
  }

  #shut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}
