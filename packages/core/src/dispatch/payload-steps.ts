import { Code } from "@coapkit/protocol";
import type { Negotiation } from "../formats/negotiation.js";
import { Reply } from "../reply/reply.js";
import { kernelStep, type Step } from "./steps.js";

/** Settles the formats of both directions before anything has an effect: 4.06, 4.15, 4.00. RFC 7252 §5.10.3, §5.10.4. */
export function negotiateStep(negotiation: Negotiation): Step {
  return kernelStep((ctx) => {
    if (ctx.accept < 0) ctx.format = negotiation.preferredFor(ctx.contentFormat);
    else {
      const format = negotiation.encoderFor(ctx.accept);
      if (format instanceof Reply) return format;
      ctx.format = format;
    }
    if (!negotiation.checksPayload) return undefined;
    const decoder = negotiation.decoderFor(ctx.contentFormat);
    return decoder instanceof Reply ? decoder : undefined;
  });
}

/** Reads the payload into `ctx.payload`; what cannot be read is 4.00. */
export function decodeStep(negotiation: Negotiation): Step {
  return kernelStep((ctx) => {
    const decoder = negotiation.decoderFor(ctx.contentFormat);
    if (decoder instanceof Reply) return decoder;
    const decoded = decoder.codec.decode(ctx.request.payload, ctx.contentFormat);
    if (!decoded.ok) return new Reply(Code.BadRequest, decoded.reason);
    ctx.payload = decoded.value;
    return undefined;
  });
}
