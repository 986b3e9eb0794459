// A table: payloads that have broken decoders of the formats in use with CoAP.

/** A payload with a name for messages. */
export interface HostilePayload {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const DEEP = 100_000;

/** Payloads that every decoder has to stand, whatever its format: it refuses them, or reads something harmless. */
export const HOSTILE_PAYLOADS: readonly HostilePayload[] = [
  { name: "an empty payload", bytes: new Uint8Array(0) },
  { name: "blanks", bytes: text(" \r\n\t ") },
  { name: "a NUL", bytes: hex("00") },
  { name: "bytes that are not UTF-8", bytes: hex("c0aff5fffeeda080") },
  { name: "a UTF-8 byte order mark", bytes: hex("efbbbf") },
  { name: "JSON with __proto__", bytes: text('{"__proto__":{"polluted":true},"a":1}') },
  { name: "JSON with constructor.prototype", bytes: text('{"constructor":{"prototype":{"polluted":true}}}') },
  { name: "JSON with __proto__ in a list", bytes: text('[{"__proto__":{"polluted":true}}]') },
  { name: "JSON with doubled names", bytes: text('{"a":1,"a":{"__proto__":{"polluted":true}}}') },
  { name: "JSON of nested lists", bytes: text("[".repeat(DEEP)) },
  { name: "JSON of nested and closed lists", bytes: text("[".repeat(DEEP) + "]".repeat(DEEP)) },
  { name: "JSON of nested and closed objects", bytes: text(`${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`) },
  { name: "JSON with a number out of range", bytes: text("[1e999999,-1e999999,0.1e-999999]") },
  { name: "JSON with a number of many digits", bytes: text("9".repeat(DEEP)) },
  { name: "JSON with half of a surrogate pair", bytes: text('["\\ud800"]') },
  { name: "CBOR with __proto__", bytes: hex("a1695f5f70726f746f5f5fa168706f6c6c75746564f5") },
  { name: "CBOR of nested lists", bytes: new Uint8Array(DEEP).fill(0x81) },
  { name: "CBOR of nested and closed lists", bytes: new Uint8Array(DEEP).fill(0x81).fill(0x00, DEEP - 1) },
  { name: "CBOR of nested tags", bytes: new Uint8Array(DEEP).fill(0xc1) },
  { name: "CBOR list of 2^64 - 1 items", bytes: hex("9bffffffffffffffff") },
  { name: "CBOR map of 2^32 - 1 pairs", bytes: hex("baffffffff") },
  { name: "CBOR byte string of 2^53 bytes", bytes: hex("5b0020000000000000") },
  { name: "CBOR text of 2 GiB", bytes: hex("7a7fffffff61") },
  { name: "CBOR of indefinite length without end", bytes: hex("9f9f9f5f7f") },
  { name: "CBOR with a reserved length", bytes: hex("1c1d1e") },
  { name: "CBOR bignum of many bytes", bytes: concat(hex("c25a00010000"), new Uint8Array(65_536).fill(0xff)) },
  {
    name: "XML with entities in entities",
    bytes: text('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'),
  },
  { name: "nested XML", bytes: text("<a>".repeat(DEEP)) },
  { name: "nested and opened quotation marks", bytes: text('"'.repeat(DEEP + 1)) },
  { name: "separators only", bytes: text(",;\n".repeat(DEEP)) },
];

/** Values that hold a name which reaches a prototype when it is assigned; for formats that encode any object. */
export function hostileValues(): readonly unknown[] {
  const texts = ['{"__proto__":{"polluted":true}}', '{"a":{"__proto__":{"polluted":true}}}', '[{"__proto__":[1]}]'];
  return texts.map((json): unknown => JSON.parse(json));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, "hex"));
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
