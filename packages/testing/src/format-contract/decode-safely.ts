import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { PayloadFormat } from "@coapkit/core";
import { assertHarmless } from "./harmless.js";

/** Longest reason in bytes: it is sent to the client as a diagnostic payload. */
const MAX_REASON_BYTES = 512;

type Decoded = ReturnType<PayloadFormat["decode"]>;

/**
 * Decodes as an engine does, from a window on a larger buffer that is a plain `Uint8Array`, and checks what every
 * decoder has to keep to.
 * @throws AssertionError when decode throws, gives anything but a Result, or leaves traces
 */
export function decodeSafely(format: PayloadFormat, payload: Uint8Array, what: string): Decoded {
  const buffer = windowOn(payload);
  const before = buffer.slice();
  const result = decodeCaught(format, buffer.subarray(MARGIN, MARGIN + payload.length), what);
  assert.deepEqual(buffer, before, `The contract wants decode to leave the payload as it is; it changed ${what}.`);
  assertResult(result, what);
  assertUnpolluted(what);
  return result;
}

const MARGIN = 3;

/** Bytes around the payload would show in the value of a decoder that reads the whole buffer. */
function windowOn(payload: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(payload.length + 2 * MARGIN).fill(0x31);
  buffer.set(payload, MARGIN);
  return buffer;
}

function decodeCaught(format: PayloadFormat, payload: Uint8Array, what: string): Decoded {
  try {
    return format.decode(payload, format.contentFormat);
  } catch (error) {
    const message = `The contract wants decode never to throw; for ${what} it threw ${inspect(error, { depth: 0 })}.`;
    return assert.fail(`${message} Return fail(reason).`);
  }
}

function assertResult(result: Decoded, what: string): void {
  const found = inspect(result, { depth: 1, maxStringLength: 100 });
  const wanted = "The contract wants decode to return ok(value) or fail(reason)";
  assert.ok(
    typeof result === "object" && result !== null && !(result instanceof Promise),
    `${wanted}; found ${found}.`,
  );
  if (result.ok === true) {
    assert.ok("value" in result, `${wanted}; for ${what} there is no value in ${found}.`);
    assertHarmless(result.value, what);
    return;
  }
  assert.equal(result.ok, false, `${wanted}; for ${what} it returned ${found}.`);
  const isText = typeof result.reason === "string" && result.reason.length > 0;
  assert.ok(isText, `${wanted} with a text; for ${what} it returned ${found}.`);
  const length = Buffer.byteLength(result.reason);
  assert.ok(
    length <= MAX_REASON_BYTES,
    `The contract wants a reason of at most ${MAX_REASON_BYTES} bytes, as it is sent to the client; for ${what} it has ${length}.`,
  );
}

function assertUnpolluted(what: string): void {
  const probe: Record<string, unknown> = {};
  if (!("polluted" in probe)) return;
  Reflect.deleteProperty(Object.prototype, "polluted");
  assert.fail(`The contract wants decode to keep ${what} away from Object.prototype; it changed it.`);
}
