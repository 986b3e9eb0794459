import { SimpleValue } from "@coapkit/core";
import { encode, objectToTokens, rfc8949EncodeOptions } from "cborg";
import type { EncodeOptions, OptionalTypeEncoder } from "cborg/interface";
import { bigIntEncoder, negativeZeroEncoder } from "cborg/taglib";

/** What `JSON.stringify` would call is called here too, so that both formats show the same. */
const byToJson: OptionalTypeEncoder = (value, _type, options, references) => {
  if (value instanceof SimpleValue) throw new TypeError("a SimpleValue is read only");
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON !== "function") return null;
  const plain: unknown = Reflect.apply(toJSON, value, [""]);
  return plain === value ? null : objectToTokens(plain, options, references);
};

const OPTIONS: EncodeOptions = Object.freeze({
  ...rfc8949EncodeOptions,
  ignoreUndefinedProperties: true,
  typeEncoders: {
    Object: byToJson,
    Date: byToJson,
    URL: byToJson,
    bigint: bigIntEncoder,
    number: negativeZeroEncoder,
  },
});

/**
 * CBOR of a value, deterministic: shortest forms, sorted keys (RFC 8949 §4.2.1). Members that are undefined are left
 * out and `toJSON` is honoured, as in JSON.
 * @throws TypeError that says what was found: a function, a symbol, a cycle, or a class that has no form in CBOR
 */
export function encodeCbor(value: unknown): Uint8Array {
  try {
    return encode(value, OPTIONS);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message.replace(/^CBOR encode error: /, "") : String(cause);
    throw new TypeError(`CBOR cannot represent this ${typeof value}: ${found}; return plain values.`, { cause });
  }
}
