export { Tagged } from "cborg";
export { CBOR_CONTENT_FORMAT, cborFormat } from "./cbor-format.js";
export { type CborOptions, cbor } from "./cbor-plugin.js";
export type { DecodeLimits } from "./decode-cbor.js";
export { SimpleValue } from "./simple-value.js";
