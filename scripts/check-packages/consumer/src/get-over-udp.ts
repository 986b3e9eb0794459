import { type IncomingMessage, request } from "coap";

/** GET by npm coap's client, which shares no code with the server's kernel. */
export function getOverUdp(port: number, pathname: string): Promise<{ code: string; payload: string }> {
  return new Promise((resolve, reject) => {
    request({ hostname: "127.0.0.1", port, pathname })
      .on("response", ({ code, payload }: IncomingMessage) => resolve({ code, payload: payload.toString() }))
      .on("error", reject)
      .end();
  });
}
