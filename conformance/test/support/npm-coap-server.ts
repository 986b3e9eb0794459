import { createServer, type IncomingMessage, type ObserveWriteStream, type OutgoingMessage } from "coap";
import { LARGE, textBody } from "./body.js";
import { freePort, type Peer } from "./program.js";

/** Longer than npm coap holds a response back to piggyback it, in milliseconds. */
const SLOW_MS = 200;

/** npm coap's server with a resource for each thing that a client may do. */
export interface NpmCoapServer extends Peer {
  /** Observers of /state that are being notified. */
  readonly observers: ReadonlySet<ObserveWriteStream>;
}

/** Starts npm coap's server on a free port of 127.0.0.1. */
export async function startNpmCoapServer(): Promise<NpmCoapServer> {
  const observers = new Set<ObserveWriteStream>();
  const server = createServer({ type: "udp4" }, (request, response) => answer(request, response, observers));
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  return {
    port,
    observers,
    uri: (path) => `coap://127.0.0.1:${port}${path}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function answer(
  request: IncomingMessage,
  response: OutgoingMessage | ObserveWriteStream,
  observers: Set<ObserveWriteStream>,
): void {
  switch (request.url) {
    case "/slow":
      setTimeout(() => response.end("late"), SLOW_MS);
      return;
    case "/large":
      response.end(textBody(LARGE));
      return;
    case "/state":
      return observe(request, response, observers);
    case "/echo":
      response.end(request.payload);
      return;
    case "/missing":
      response.code = "4.04";
      response.end("no such thing");
      return;
    default:
      response.end(`${request.method} ${request.payload.length}`);
  }
}

function observe(
  request: IncomingMessage,
  response: OutgoingMessage | ObserveWriteStream,
  observers: Set<ObserveWriteStream>,
): void {
  if (request.headers.Observe !== 0) {
    response.end("plain");
    return;
  }
  const stream = response as ObserveWriteStream;
  observers.add(stream);
  stream.on("finish", () => observers.delete(stream));
  stream.write("0");
}
