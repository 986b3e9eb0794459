import { fail, ok } from "@coapkit/protocol";
import { definePlugin, type PayloadFormat } from "../../src/index.js";

function parse(payload: Uint8Array) {
  try {
    return ok<unknown>(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return fail("The payload is not JSON.");
  }
}

/** 50 and, by suffix, every registered `+json`. */
export const jsonFormat: PayloadFormat = {
  contentFormat: 50,
  mediaType: "application/json",
  structured: true,
  suffix: "+json",
  encode: (value) => JSON.stringify(value),
  decode: parse,
};

/** A second structured format, 60, that is easy to tell from the first. */
export const reversedFormat: PayloadFormat = {
  contentFormat: 60,
  mediaType: "application/cbor",
  structured: true,
  encode: (value) => [...JSON.stringify(value)].reverse().join(""),
  decode: (payload) => parse(Uint8Array.from(payload).reverse()),
};

/** A plugin for tests; what it adds is said by `setup`. */
export const json = definePlugin({
  name: "test-json",
  version: "1.0.0",
  contract: 1,
  setup: (host) => host.formats.add(jsonFormat),
});

export const reversed = definePlugin({
  name: "test-reversed",
  version: "1.0.0",
  contract: 1,
  setup: (host) => host.formats.add(reversedFormat),
});
