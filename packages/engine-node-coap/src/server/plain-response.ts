import type { Response } from "@coapkit/core";
import { Code, type OptionEntry, OptionNumber } from "@coapkit/protocol";

/** A response that the engine gives by itself, with a diagnostic text where it refuses. RFC 7252 §5.5.2. */
export function plainResponse(code: number, payload = "", options: readonly OptionEntry[] = []): Response {
  return { code, contentFormat: undefined, options, payload };
}

/** 4.13 that says how much would be taken. RFC 7959 §2.9.3. */
export function tooLarge(limitBytes: number, options: readonly OptionEntry[] = []): Response {
  const size1: OptionEntry = { number: OptionNumber.Size1, value: limitBytes };
  return plainResponse(Code.RequestEntityTooLarge, `At most ${limitBytes} bytes.`, [...options, size1]);
}
