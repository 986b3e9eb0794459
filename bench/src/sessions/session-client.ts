import { setTimeout as delay } from "node:timers/promises";
import type { PeerId } from "@coapkit/protocol";
import { encodeRequest, MessageType, stampRequest, tokenOf } from "../load/message.js";
import { checkContent, type ReplyCheck, Verdict } from "../load/reply-check.js";
import { SENSOR_JSON, SENSOR_PATH } from "../servers/answer.js";
import type { CoapsSocket } from "../wire/coaps-socket.js";

const TIMEOUT_MS = 3000;
const SEQUENCE = 1;

/** Asks for the sensor over sessions of one socket, one after the other. */
export class SessionClient {
  readonly #socket: CoapsSocket;
  readonly #request = encodeRequest(MessageType.CON, SENSOR_PATH);
  readonly #check: ReplyCheck = checkContent(Buffer.from(SENSOR_JSON));
  #onReply: ((session: PeerId, verdict: Verdict) => void) | undefined;

  constructor(socket: CoapsSocket) {
    this.#socket = socket;
    stampRequest(this.#request, 0, SEQUENCE);
    socket.onMessage = (session, reply) => this.#onReply?.(session, this.#judge(reply));
  }

  /** @returns what the answer is, from this session; undefined where none comes in time */
  async ask(session: PeerId): Promise<Verdict | undefined> {
    const patience = new AbortController();
    const answered = new Promise<Verdict>((resolve) => {
      this.#onReply = (from, verdict) => resolve(from === session ? verdict : Verdict.wrong);
    });
    this.#socket.send(session, this.#request);
    const isOver = delay(TIMEOUT_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    const verdict = await Promise.race([answered, isOver]);
    patience.abort();
    return verdict;
  }

  #judge(reply: Uint8Array): Verdict {
    return tokenOf(reply) === tokenOf(this.#request) ? this.#check(reply, this.#request) : Verdict.wrong;
  }
}
