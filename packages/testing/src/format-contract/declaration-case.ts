import assert from "node:assert/strict";
import type { PayloadFormat } from "@coapkit/core";
import { contentCodingOf, contentFormatOf, mediaTypeOf } from "@coapkit/protocol";

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*(?:\s*;.+)?$/i;
const SUFFIXES: readonly unknown[] = [undefined, "+json", "+cbor", "+xml"];

/** Checks the fields of a format, and that number and media type belong together. RFC 7252 §12.3. */
export function assertDeclaration(format: PayloadFormat): void {
  const { contentFormat, mediaType, structured, suffix } = format;
  const isNumber = Number.isInteger(contentFormat) && contentFormat >= 0 && contentFormat <= 65_535;
  assert.ok(isNumber, `The contract wants contentFormat to be a whole number from 0 to 65535; found ${contentFormat}.`);
  assert.match(mediaType, MEDIA_TYPE, `The contract wants mediaType to be type/subtype; found "${mediaType}".`);
  assert.equal(typeof structured, "boolean", `The contract wants structured to be true or false; found ${structured}.`);
  assert.ok(SUFFIXES.includes(suffix), `The contract knows the suffixes +json, +cbor and +xml; found "${suffix}".`);
  assertRegistered(contentFormat, mediaType);
}

/** An unregistered pair is a matter of the plugin alone; a pair that contradicts the registry misleads every peer. */
function assertRegistered(contentFormat: number, mediaType: string): void {
  const registered = mediaTypeOf(contentFormat);
  const number = contentFormatOf(mediaType, contentCodingOf(contentFormat));
  if (registered === undefined && number === undefined) return;
  assert.ok(
    number === contentFormat,
    `The contract wants contentFormat and mediaType as IANA has registered them: ${contentFormat} is ` +
      `${registered ?? "not registered"}, "${mediaType}" is ${number ?? "not registered"}. ` +
      "Without a registration of your own take a number from 65000 to 65535 (RFC 7252 §12.3).",
  );
}
