export { AddressError } from "./errors.js";
export { nodeCoap } from "./node-coap.js";
export type { NodeCoapOptions } from "./options.js";
