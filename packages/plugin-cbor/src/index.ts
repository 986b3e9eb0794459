export { SimpleValue } from "@coapkit/core";
export { Tagged } from "cborg";
export { CBOR_CONTENT_FORMAT, cborFormat, type DecodeLimits } from "./cbor-format.js";
export { type CborOptions, cbor } from "./cbor-plugin.js";
