import assert from "node:assert/strict";
import type { Exchange, Request, Response } from "@coapkit/core";
import { Code, OptionNumber } from "@coapkit/protocol";
import type { EngineBench } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import { bare, LARGE_BYTES, largeBody, text, textOf } from "./wire-values.js";

/** Request bodies that a route takes as they arrive: an engine hands them over so, or whole. RFC 7959 §2.5. */
export const STREAM_CASES: readonly EngineCase[] = [
  { title: "hands over a body of 100 KB as it arrives, or whole", needs: ["block1"], check: assertStreamed },
  { title: "hands over a body of one message where it arrives in blocks elsewhere", check: assertOneMessage },
  { title: "keeps the request's options while its body arrives", needs: ["block1"], check: assertKept },
  {
    title: "ends a streamed body above the limit of its path with 4.13",
    needs: ["block1"],
    onNetwork: true,
    check: assertLimit,
  },
  { title: "ends an upload that is answered before it was read", needs: ["block1"], check: assertAnsweredEarly },
  { title: "ends an unfinished body when it closes", needs: ["block1"], onNetwork: true, check: assertCut },
];

const STREAMING = { streamsBody: () => true } as const;
/** Block 0 of 64 bytes, with more to come. RFC 7959 §2.2. */
const FIRST_BLOCK = { number: OptionNumber.Block1, value: 0b1010 };
const FIRST_BLOCK_BYTES = 64;

/** The body of a request, however it comes. */
async function bodyOf({ payload, bodyStream }: Request): Promise<Uint8Array> {
  if (bodyStream === undefined) return payload.slice();
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyStream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Answers once the body was read. */
async function answer(exchange: Exchange, responseTo: (body: Uint8Array) => Response): Promise<void> {
  const response = await bodyOf(exchange.request).then(responseTo, () => bare(Code.RequestEntityIncomplete));
  exchange.respond(response);
}

function measure(exchange: Exchange): void {
  void answer(exchange, ({ length }) => text(`${length}`));
}

async function assertStreamed(bench: EngineBench): Promise<void> {
  const bodies: Uint8Array[] = [];
  const keep = (body: Uint8Array) => {
    bodies.push(body);
    return bare(Code.Changed);
  };
  const station = await bench.serve((exchange) => void answer(exchange, keep), STREAMING);
  const reply = await bench.ask(bench.clientOf(station), station, { method: Code.PUT, payload: largeBody() });
  assert.equal(reply.code, Code.Changed);
  assert.equal(bodies.length, 1, "The contract wants a request handed up once.");
  assert.equal(Buffer.compare(largeBody(), bodies[0] as Uint8Array), 0, "The contract wants the same bytes.");
}

async function assertOneMessage(bench: EngineBench): Promise<void> {
  const station = await bench.serve(measure, STREAMING);
  const client = bench.clientOf(station);
  for (const payload of ["tiny", ""]) {
    const reply = await bench.ask(client, station, { method: Code.POST, payload });
    assert.equal(textOf(reply), `${payload.length}`);
  }
}

async function assertKept(bench: EngineBench): Promise<void> {
  const station = await bench.serve((exchange) => {
    const { request } = exchange;
    const path = () => request.options.strings(OptionNumber.UriPath).join("/");
    void answer(exchange, () => text(path()));
  }, STREAMING);
  const ask = { method: Code.PUT, path: ["firmware", "v2"], payload: largeBody() };
  assert.equal(textOf(await bench.ask(bench.clientOf(station), station, ask)), "firmware/v2");
}

async function assertLimit(bench: EngineBench): Promise<void> {
  const settings = { ...STREAMING, bodyLimitBytes: () => LARGE_BYTES / 4 };
  const station = await bench.serve(measure, settings);
  const client = bench.clientOf(station);
  const refused = await bench.ask(client, station, { method: Code.PUT, payload: largeBody() });
  assert.equal(refused.code, Code.RequestEntityTooLarge);
  const taken = await bench.ask(client, station, { method: Code.PUT, payload: largeBody(LARGE_BYTES / 4) });
  assert.equal(textOf(taken), `${LARGE_BYTES / 4}`);
}

async function assertAnsweredEarly(bench: EngineBench): Promise<void> {
  const station = await bench.serve((exchange) => exchange.respond(bare(Code.Forbidden)), STREAMING);
  const client = bench.clientOf(station);
  for (let i = 0; i < 2; i++) {
    const { code } = await bench.ask(client, station, { method: Code.PUT, payload: largeBody() });
    assert.equal(code, Code.Forbidden);
  }
  const { engine } = station;
  for (const level of bench.subject.levels) {
    await bench.until(() => engine.counters[level] === 0, `the level ${level} to be 0`);
  }
}

async function assertCut(bench: EngineBench): Promise<void> {
  const reads: Promise<unknown>[] = [];
  const station = await bench.serve((exchange) => {
    const { bodyStream } = exchange.request;
    assert.ok(bodyStream !== undefined, "The contract wants no part of a body handed up as if it were whole.");
    reads.push(bodyOf(exchange.request).catch((error: unknown) => error));
  }, STREAMING);
  const peer = await bench.rawPeer(station);
  const payload = largeBody(FIRST_BLOCK_BYTES);
  peer.send({ code: Code.PUT, messageId: 1, token: [1], options: [FIRST_BLOCK], payload });
  await bench.until(() => peer.received.length > 0, "an answer to the first block");
  await bench.within(station.engine.close(0), "close");
  for (const read of reads) {
    const error = await bench.within(read, "the end of the body");
    assert.ok(error instanceof Error, "The contract wants the iteration of a body that was cut to throw.");
  }
}
