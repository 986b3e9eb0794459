import type { ClientResponse, Exchange, Response } from "@coapkit/core";
import { Code, ContentFormat, OptionNumber } from "@coapkit/protocol";

/** Size of a body of many blocks, in bytes. */
export const LARGE_BYTES = 100 * 1024;

/** A 2.05 with a text. */
export function text(payload: string | Uint8Array): Response {
  return { code: Code.Content, contentFormat: ContentFormat.TextPlain, options: [], payload };
}

/** A response without payload. */
export function bare(code: number): Response {
  return { code, contentFormat: undefined, options: [], payload: "" };
}

/** Payload of a response as text. */
export function textOf({ payload }: Pick<ClientResponse, "payload">): string {
  return new TextDecoder().decode(payload);
}

/** Answers with the request's payload. */
export function echo(exchange: Exchange): void {
  exchange.respond(text(exchange.request.payload.slice()));
}

/** Bytes that no block of which is like another. */
export function largeBody(length = LARGE_BYTES, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8) * seed + seed) & 0xff);
}

/** Whether the request registers for notifications. RFC 7641 §2. */
export function isRegistration({ request }: Exchange): boolean {
  return request.options.uint(OptionNumber.Observe) === 0;
}
