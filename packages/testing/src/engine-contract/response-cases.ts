import assert from "node:assert/strict";
import type { ClientResponse, Exchange, Response } from "@coapkit/core";
import { Code, ContentFormat, OptionNumber } from "@coapkit/protocol";
import type { Ask, EngineBench } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import { Inbox } from "./inbox.js";
import { bare, text, textOf } from "./wire-values.js";

const MANY = 50;
/** Longer than any engine holds a response back to piggyback it, in milliseconds. */
const SLOW_MS = 250;

/** How an engine takes responses. */
export const RESPONSE_CASES: readonly EngineCase[] = [
  { title: "answers once: later answers have no effect", check: assertOnce },
  { title: "sends a text as UTF-8", check: assertText },
  { title: "sends a response without payload", check: assertNoPayload },
  { title: "sends options, repeated ones in their order", check: assertOptions },
  { title: "sends errors with their diagnostic text", check: assertError },
  { title: "answers NON requests", check: assertNon },
  { title: "answers late, as a separate response", needs: ["separateResponse"], check: assertLate },
  { title: "leaves a NON request without an answer", needs: ["ignore"], check: assertIgnored },
  { title: "answers each of many requests with its own response", check: assertMany },
];

async function replyOf(
  bench: EngineBench,
  handler: (exchange: Exchange) => void,
  ask: Ask = {},
): Promise<ClientResponse> {
  const station = await bench.serve(handler);
  return bench.ask(bench.clientOf(station), station, ask);
}

function replyTo(bench: EngineBench, response: Response, ask?: Ask): Promise<ClientResponse> {
  return replyOf(bench, (exchange) => exchange.respond(response), ask);
}

async function assertOnce(bench: EngineBench): Promise<void> {
  const reply = await replyOf(bench, (exchange) => {
    exchange.respond(text("first"));
    exchange.respond(text("second"));
    exchange.ignore();
    assert.equal(exchange.notify(text("third")), false, "The contract wants notify to say false after an answer.");
  });
  assert.equal(textOf(reply), "first");
}

async function assertText(bench: EngineBench): Promise<void> {
  const reply = await replyTo(bench, text("zwölf ☃ 𝄞"));
  assert.deepEqual([...reply.payload], [...Buffer.from("zwölf ☃ 𝄞", "utf8")]);
}

async function assertNoPayload(bench: EngineBench): Promise<void> {
  const reply = await replyTo(bench, bare(Code.Deleted), { method: Code.DELETE });
  assert.deepEqual([reply.code, reply.payload.length], [Code.Deleted, 0]);
  assert.equal(reply.options.has(OptionNumber.ContentFormat), false, "The contract wants no Content-Format here.");
}

async function assertOptions(bench: EngineBench): Promise<void> {
  const { options } = await replyTo(
    bench,
    {
      code: Code.Created,
      contentFormat: ContentFormat.Json,
      options: [
        { number: OptionNumber.LocationQuery, value: "x=1" },
        { number: OptionNumber.LocationPath, value: "rooms" },
        { number: OptionNumber.LocationPath, value: "7" },
        { number: OptionNumber.LocationPath, value: "rooms" },
        { number: OptionNumber.ETag, value: Uint8Array.of(0, 255) },
        { number: OptionNumber.MaxAge, value: 0 },
      ],
      payload: "{}",
    },
    { method: Code.POST },
  );
  assert.deepEqual(options.strings(OptionNumber.LocationPath), ["rooms", "7", "rooms"]);
  assert.deepEqual(options.strings(OptionNumber.LocationQuery), ["x=1"]);
  assert.deepEqual([...(options.bytes(OptionNumber.ETag) ?? [])], [0, 255]);
  assert.deepEqual([options.uint(OptionNumber.MaxAge), options.uint(OptionNumber.ContentFormat)], [0, 50]);
}

async function assertError(bench: EngineBench): Promise<void> {
  const reply = await replyTo(bench, { ...bare(Code.NotFound), payload: "no such room" });
  assert.deepEqual([reply.code, textOf(reply)], [Code.NotFound, "no such room"]);
  assert.equal(reply.options.has(OptionNumber.ContentFormat), false, "RFC 7252 §5.5.2 wants no Content-Format here.");
}

async function assertNon(bench: EngineBench): Promise<void> {
  assert.equal(textOf(await replyTo(bench, text("hello"), { confirmable: false })), "hello");
}

async function assertLate(bench: EngineBench): Promise<void> {
  const answerLate = (exchange: Exchange) => void setTimeout(() => exchange.respond(text("late")), SLOW_MS);
  const station = await bench.serve(answerLate);
  const client = bench.clientOf(station);
  const asks = [{}, { confirmable: false }, { method: Code.POST, payload: "x" }];
  const replies = await Promise.all(asks.map((ask) => bench.ask(client, station, ask)));
  assert.deepEqual(replies.map(textOf), ["late", "late", "late"]);
}

async function assertIgnored(bench: EngineBench): Promise<void> {
  const inbox = new Inbox();
  const station = await bench.serve(inbox.take);
  const client = bench.clientOf(station);
  const controller = new AbortController();
  const outcomes: string[] = [];
  const silent = client.request(bench.requestTo(station.bound, { confirmable: false }), controller.signal);
  const silence = drain(silent).then(
    (count) => void outcomes.push(`${count} responses`),
    (error: { code?: string }) => void outcomes.push(error.code ?? "none"),
  );
  (await bench.within(inbox.next(), "a request")).ignore();
  const asked = bench.ask(client, station);
  (await bench.within(inbox.next(), "a request")).respond(text("hello"));
  await asked;
  controller.abort();
  await bench.within(silence, "an aborted request");
  const [outcome] = outcomes;
  const isSilence = outcome === "COAPKIT_ERR_ABORTED" || outcome === "COAPKIT_ERR_TIMEOUT";
  assert.ok(isSilence, `The contract wants silence after ignore(); found ${outcome}.`);
}

async function drain(responses: AsyncIterable<ClientResponse>): Promise<number> {
  let count = 0;
  for await (const _ of responses) count++;
  return count;
}

async function assertMany(bench: EngineBench): Promise<void> {
  const station = await bench.serve((exchange) => {
    const payload = exchange.request.payload.slice();
    setImmediate(() => exchange.respond(text(payload)));
  });
  const client = bench.clientOf(station);
  const words = Array.from({ length: MANY }, (_, i) => `number ${i}`);
  const replies = await Promise.all(words.map((payload) => bench.ask(client, station, { method: Code.POST, payload })));
  assert.deepEqual(replies.map(textOf), words);
}
