import { Endpoint } from "@coapkit/protocol";
import { encodeRequest, firstByte, MessageType, type RequestType, SEQUENCES, stampRequest } from "../load/message.js";
import { checkContent, Verdict } from "../load/reply-check.js";
import { SENSOR_JSON, SENSOR_PATH } from "../servers/answer.js";
import { createSensorApp } from "../servers/sensor-app.js";
import { answerSensor } from "../servers/sensor-exchange.js";
import { clock, random } from "../servers/system.js";
import { DirectTransport } from "./direct-transport.js";
import { EndpointEngine } from "./endpoint-engine.js";
import type { MicroCase } from "./timing.js";

const PEER_ADDRESS = "192.0.2.1";
const FIRST_PORT = 49_152;
/** As many as in the load of 16 source ports. */
const PEERS = 16;

/** A datagram in, a datagram out, without a socket: the whole way of a request but for Node's and the system's part. */
export async function datagramPathCases(): Promise<readonly MicroCase[]> {
  return [
    stampCase(),
    await endpointCase("message read, Reset written (ping)", pings),
    await endpointCase("Endpoint: CON GET, JSON from a function", () => requests(MessageType.CON)),
    await endpointCase("Endpoint: NON GET, JSON from a function", () => requests(MessageType.NON)),
    await appCase("decorated class, JSON, three hooks: CON GET", MessageType.CON),
    await appCase("decorated class, JSON, three hooks: NON GET", MessageType.NON),
  ];
}

/** The next datagram to give away, and whether what comes back is right. */
interface Traffic {
  next(): Buffer;
  isRight(reply: Uint8Array, request: Uint8Array): boolean;
}

/** What the benchmark itself does for each request: 16 requests take turns, each with a new message ID and token. */
function stampCase(): MicroCase {
  const { next } = requests(MessageType.CON);
  return { name: "the benchmark's own part: next request stamped", isAsync: false, run: next };
}

function requests(type: RequestType): Traffic {
  const datagrams = Array.from({ length: PEERS }, () => encodeRequest(type, SENSOR_PATH));
  const check = checkContent(Buffer.from(SENSOR_JSON));
  let count = 0;
  return {
    next() {
      const peer = count % PEERS;
      const datagram = datagrams[peer] as Buffer;
      stampRequest(datagram, peer, Math.floor(count++ / PEERS) % SEQUENCES);
      return datagram;
    },
    isRight: (reply, request) => check(reply, request) === Verdict.right,
  };
}

/** An empty CON, answered by a Reset: the message codec and little else. RFC 7252 §4.3. */
function pings(): Traffic {
  const ping = Buffer.from([firstByte(MessageType.CON, 0), 0, 0, 0]);
  let messageId = 0;
  return {
    next() {
      messageId = (messageId + 1) & 0xffff;
      ping.writeUInt16BE(messageId, 2);
      return ping;
    },
    isRight: (reply, request) =>
      reply.length === 4 && reply[0] === firstByte(MessageType.RST, 0) && reply[3] === request[3],
  };
}

async function endpointCase(name: string, traffic: () => Traffic): Promise<MicroCase> {
  const path = new Path(name, traffic());
  const endpoint = new Endpoint({ transport: path.transport, clock, random, onRequest: answerSensor });
  await endpoint.open();
  return path.toCase();
}

async function appCase(name: string, type: RequestType): Promise<MicroCase> {
  const path = new Path(name, requests(type));
  const app = await createSensorApp({ engine: (host) => new EndpointEngine(host, path.transport) });
  await app.listen("coap://192.0.2.2");
  return path.toCase();
}

/** A server behind a transport without a socket, and the traffic to it. */
class Path {
  readonly #name: string;
  readonly #traffic: Traffic;
  readonly transport: DirectTransport;
  #answers = 0;
  #last = new Uint8Array(0);
  #keeps = false;

  constructor(name: string, traffic: Traffic) {
    this.#name = name;
    this.#traffic = traffic;
    this.transport = new DirectTransport((buffer, start, end) => {
      this.#answers++;
      if (this.#keeps) this.#last = buffer.slice(start, end);
    });
  }

  /** @throws Error where a first request is not answered as it should be, before it returns */
  toCase(): MicroCase {
    this.#keeps = true;
    const request = this.#step();
    this.#keeps = false;
    if (this.#answers !== 1 || !this.#traffic.isRight(this.#last, request)) {
      throw new Error(`${this.#name}: the request was not answered as it should be.`);
    }
    return { name: this.#name, isAsync: false, run: () => this.#step() };
  }

  #step(): Buffer {
    const request = this.#traffic.next();
    this.transport.deliver(request, PEER_ADDRESS, FIRST_PORT + (this.#answers % PEERS));
    return request;
  }
}
