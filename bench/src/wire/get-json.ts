import { Code, formatCode } from "@coapkit/protocol";
import { pathOptions } from "../transfer/block-client.js";
import type { Asker } from "./exchange-socket.js";

/** What is at a path, as JSON. @throws Error for any answer but 2.05 */
export async function getJson<T>(asker: Asker, path: string): Promise<T> {
  const { code, payload } = await asker.ask({ code: Code.GET, options: pathOptions(path) });
  if (code !== Code.Content) throw new Error(`The GET of ${path} was answered with ${formatCode(code)}.`);
  return JSON.parse(Buffer.from(payload).toString()) as T;
}
