import assert from "node:assert/strict";
import { Code, OptionNumber } from "@coapkit/protocol";
import type { EngineBench } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import { bare, echo, LARGE_BYTES, largeBody, text, textOf } from "./wire-values.js";

/** Bodies that do not fit a message. RFC 7959. */
export const BODY_CASES: readonly EngineCase[] = [
  { title: "hands up a request body of 100 KB whole", needs: ["block1"], check: assertUpload },
  { title: "sends a response body of 100 KB whole, with its options", needs: ["block2"], check: assertDownload },
  { title: "carries 100 KB both ways in one exchange", needs: ["block1", "block2"], check: assertBothWays },
  { title: "carries bodies around the size of a block", needs: ["block1", "block2"], check: assertEdges },
  {
    title: "ends a body above the limit of its path with 4.13, and does not hand it up",
    needs: ["block1"],
    onNetwork: true,
    check: assertLimit,
  },
];

async function assertUpload(bench: EngineBench): Promise<void> {
  const bodies: Uint8Array[] = [];
  const station = await bench.serve((exchange) => {
    bodies.push(exchange.request.payload.slice());
    exchange.respond(bare(Code.Changed));
  });
  const reply = await bench.ask(bench.clientOf(station), station, { method: Code.PUT, payload: largeBody() });
  assert.equal(reply.code, Code.Changed);
  assert.equal(bodies.length, 1, "The contract wants a body handed up once.");
  assertSame(bodies[0], largeBody());
}

async function assertDownload(bench: EngineBench): Promise<void> {
  let runs = 0;
  const etag = Uint8Array.of(1, 2, 3);
  const station = await bench.serve((exchange) => {
    runs++;
    exchange.respond({ ...text(largeBody()), options: [{ number: OptionNumber.ETag, value: etag }] });
  });
  const { payload, options } = await bench.ask(bench.clientOf(station), station);
  assertSame(payload, largeBody());
  assert.deepEqual([...(options.bytes(OptionNumber.ETag) ?? [])], [...etag]);
  assert.equal(options.uint(OptionNumber.ContentFormat), 0);
  assert.equal(runs, 1, `The contract wants a handler run once for all blocks of its answer; it ran ${runs} times.`);
}

async function assertBothWays(bench: EngineBench): Promise<void> {
  const station = await bench.serve(echo);
  const reply = await bench.ask(bench.clientOf(station), station, { method: Code.POST, payload: largeBody() });
  assertSame(reply.payload, largeBody());
}

async function assertEdges(bench: EngineBench): Promise<void> {
  const station = await bench.serve(echo);
  const client = bench.clientOf(station);
  for (const length of [1_023, 1_024, 1_025, 2_048, 2_049]) {
    const { payload } = await bench.ask(client, station, { method: Code.POST, payload: largeBody(length) });
    assertSame(payload, largeBody(length));
  }
}

async function assertLimit(bench: EngineBench): Promise<void> {
  let runs = 0;
  const bodyLimitBytes = (_method: number, options: { string(number: number): string | undefined }): number =>
    options.string(OptionNumber.UriPath) === "large" ? LARGE_BYTES : LARGE_BYTES / 4;
  const station = await bench.serve(
    (exchange) => {
      runs++;
      exchange.respond(text("taken"));
    },
    { bodyLimitBytes },
  );
  const client = bench.clientOf(station);
  const put = { method: Code.PUT, payload: largeBody() };
  const refused = await bench.ask(client, station, { ...put, path: ["small"] });
  assert.deepEqual([refused.code, runs], [Code.RequestEntityTooLarge, 0]);
  assert.equal(textOf(await bench.ask(client, station, { ...put, path: ["large"] })), "taken");
}

function assertSame(found: Uint8Array | undefined, wanted: Uint8Array): void {
  assert.equal(found?.length, wanted.length, `The contract wants ${wanted.length} bytes; found ${found?.length}.`);
  const at = wanted.findIndex((byte, i) => found?.[i] !== byte);
  assert.equal(at, -1, `The contract wants the same bytes; they differ from byte ${at} on.`);
}
