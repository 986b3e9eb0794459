import { capabilities } from "@coapkit/core";

/** What npm coap 1.5 can do with the help of this engine; the README repeats each reason. */
export const NODE_COAP_CAPABILITIES = capabilities({
  callBack:
    "npm coap's server drops responses and its Agent resets requests, so the two cannot share a socket; requests leave from a socket of their own",
});
