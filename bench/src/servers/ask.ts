import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

const RETRY_MS = 5;

/** Where a server is. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Sends a request again and again until anything comes back, for servers that are about to listen.
 * @throws Error where nothing comes within `timeoutMs`
 */
export async function askUntilAnswered(
  request: Uint8Array,
  { host, port }: Address,
  timeoutMs: number,
): Promise<Buffer> {
  const socket = createSocket("udp4");
  const patience = new AbortController();
  try {
    socket.on("error", () => undefined); // refused as long as nobody listens
    socket.connect(port, host);
    await once(socket, "connect");
    const answered = new Promise<Buffer>((resolve) => socket.once("message", resolve));
    const isOver = delay(timeoutMs, undefined, { signal: patience.signal });
    const resend = setInterval(() => socket.send(request), RETRY_MS);
    socket.send(request);
    const answer = await Promise.race([answered, isOver]).finally(() => clearInterval(resend));
    if (answer === undefined) throw new Error(`coap://${host}:${port} did not answer within ${timeoutMs} ms.`);
    return answer;
  } finally {
    patience.abort();
    socket.close();
  }
}
