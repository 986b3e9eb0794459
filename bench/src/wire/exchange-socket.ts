import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type OptionEntry, OptionNumber } from "@coapkit/protocol";
import { encodeAcknowledgement, MessageType } from "../load/message.js";
import type { Address } from "../servers/ask.js";
import { encodeConfirmable, type Reply, readReply } from "./client-message.js";

/** What a request is made of; the socket adds message ID and token. */
export interface Question {
  readonly code: number;
  readonly options: readonly OptionEntry[];
  readonly payload?: Uint8Array | undefined;
  /** Default: a new one. */
  readonly token?: number | undefined;
}

/** Whoever sends requests, one at a time. */
export interface Asker {
  ask(question: Question): Promise<Reply>;
}

interface Pending {
  readonly messageId: number;
  readonly token: number;
  readonly isRegistration: boolean;
  readonly resolve: (reply: Reply) => void;
}

const RESEND_MS = 1000;
const MAX_SENDS = 10;
const EMPTY = 0;
const REGISTER = 0;

/** One source port of a client on a raw socket: confirmable requests, one after the other, and what comes unasked. */
export class ExchangeSocket implements Asker {
  readonly #socket: Socket = createSocket("udp4");
  #pending: Pending | undefined;
  #messageId = 0;
  #token = 0;
  /** Requests that were sent again. */
  resent = 0;
  /** Datagrams that nobody can make sense of. */
  malformed = 0;
  /** Told of responses to earlier tokens: notifications. They are acknowledged already. */
  onUnasked: (reply: Reply) => void = () => undefined;

  /** Binds and connects. */
  async open({ host, port }: Address): Promise<void> {
    this.#socket.on("error", () => undefined); // what a server refuses counts as unanswered
    this.#socket.on("message", (message) => this.#receive(message));
    this.#socket.connect(port, host);
    await once(this.#socket, "connect");
  }

  /** Sends a request, each second again until it is answered. @throws Error after ten times */
  async ask({ token = ++this.#token, ...question }: Question): Promise<Reply> {
    const messageId = ++this.#messageId & 0xffff;
    const isRegistration = question.options.some(
      ({ number, value }) => number === OptionNumber.Observe && value === REGISTER,
    );
    const request = encodeConfirmable({ ...question, messageId, token });
    let sends = 1;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#pending = { messageId, token, isRegistration, resolve };
        this.#socket.send(request);
        timer = setInterval(() => {
          if (sends++ === MAX_SENDS) return reject(new Error(`No answer to a request after ${MAX_SENDS} times.`));
          this.resent++;
          this.#socket.send(request);
        }, RESEND_MS);
      });
    } finally {
      clearInterval(timer);
      this.#pending = undefined;
    }
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: Buffer): void {
    const reply = readReply(message);
    if (reply === undefined) {
      this.malformed++;
      return;
    }
    if (reply.type === MessageType.CON) this.#socket.send(encodeAcknowledgement(message));
    if (reply.code === EMPTY) return; // its response comes later, RFC 7252 §5.2.2
    const pending = this.#pending;
    if (pending !== undefined && answers(reply, pending)) pending.resolve(reply);
    else if (reply.type !== MessageType.ACK) this.onUnasked(reply);
  }
}

/**
 * A piggybacked response has the message ID, too. RFC 7252 §5.3.2. A separate one with Observe answers a registration only:
 * to a deregistration, which has the same token, it is a notification of before. RFC 7641 §3.6, §4.1.
 */
function answers(reply: Reply, { messageId, token, isRegistration }: Pending): boolean {
  if (reply.token !== token) return false;
  if (reply.type === MessageType.ACK) return reply.messageId === messageId;
  return isRegistration || !reply.options.has(OptionNumber.Observe);
}
