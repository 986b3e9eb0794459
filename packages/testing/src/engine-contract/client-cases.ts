import assert from "node:assert/strict";
import type { ClientResponse, Engine, Exchange } from "@coapkit/core";
import { isCoapkitError, NetworkError, OptionNumber } from "@coapkit/protocol";
import { VirtualClock } from "../clock/virtual-clock.js";
import type { EngineBench } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import { Inbox } from "./inbox.js";
import { echo, text, textOf } from "./wire-values.js";

/** Longest that a request may take that nobody answers: beyond all of RFC 7252 §4.8.2, in milliseconds. */
const PATIENCE_MS = 600_000;
const STEP_MS = 1_000;

/** How an engine's client ends. */
export const CLIENT_CASES: readonly EngineCase[] = (
  [
    {
      title: "gives up with a TimeoutError where nobody answers a CON",
      onNetwork: true,
      check: (b) => assertTimeout(b, true),
    },
    {
      title: "gives up with a TimeoutError where nobody answers a NON",
      onNetwork: true,
      check: (b) => assertTimeout(b, false),
    },
    { title: "gives up with a ResetError where the peer resets a request", onNetwork: true, check: assertReset },
    { title: "is stopped by a signal, with the reason as cause", check: assertAborted },
    { title: "sends nothing for a signal that had fired before", check: assertAbortedBefore },
    {
      title: "ends an observation that a signal stops",
      needs: ["observe", "observeDeregistration"],
      check: assertObservationAborted,
    },
    { title: "ends a request under way with a ClosedError when it is closed", check: assertClosed },
    { title: "refuses requests with a ClosedError once it is closed", check: assertClosedBefore },
    {
      title: "asks a peer back over the socket that it called on",
      needs: ["callBack"],
      onNetwork: true,
      check: assertCallBack,
    },
  ] satisfies EngineCase[]
).map((clientCase) => ({ ...clientCase, needs: ["client", ...("needs" in clientCase ? clientCase.needs : [])] }));

async function read(responses: () => AsyncIterable<ClientResponse>): Promise<readonly ClientResponse[]> {
  const all: ClientResponse[] = [];
  for await (const response of responses()) all.push(response);
  return all;
}

/** The error that a request ends with; it must be a NetworkError with this code. */
async function assertFails(bench: EngineBench, reading: Promise<unknown>, code: string): Promise<Error> {
  const error: unknown = await bench.within(
    reading.then(
      () => undefined,
      (reason: unknown) => reason,
    ),
    "a request that fails",
  );
  const isWanted = error instanceof NetworkError && isCoapkitError(error, code);
  assert.ok(isWanted, `The contract wants a NetworkError with ${code}; found ${String(error)}.`);
  return error;
}

async function assertTimeout(bench: EngineBench, confirmable: boolean): Promise<void> {
  const clock = new VirtualClock();
  const silent = await bench.rawPeerAt(1);
  const client = bench.make({ clock });
  const reading = read(() => client.request(bench.requestTo(silent, { confirmable })));
  let isOver = false;
  const over = assertFails(bench, reading, "COAPKIT_ERR_TIMEOUT").finally(() => {
    isOver = true;
  });
  await bench.until(() => silent.received.length > 0 || isOver, "a request on its way");
  for (let ms = 0; ms < PATIENCE_MS && !isOver; ms += STEP_MS) await clock.advance(STEP_MS);
  await over;
}

async function assertReset(bench: EngineBench): Promise<void> {
  const peer = await bench.rawPeerAt(1);
  peer.onDatagram = ([, , high = 0, low = 0]) => Uint8Array.of(0x70, 0, high, low);
  const client = bench.make();
  await assertFails(
    bench,
    read(() => client.request(bench.requestTo(peer))),
    "COAPKIT_ERR_RESET",
  );
}

/** A client whose request has reached a handler that does not answer. */
async function underWay(
  bench: EngineBench,
  signal?: AbortSignal,
): Promise<{ client: Engine; reading: Promise<unknown>; exchange: Exchange }> {
  const inbox = new Inbox();
  const station = await bench.serve(inbox.take);
  const client = bench.clientOf(station);
  const reading = read(() => client.request(bench.requestTo(station.bound), signal));
  reading.catch(() => undefined);
  return { client, reading, exchange: await bench.within(inbox.next(), "a request") };
}

async function assertAborted(bench: EngineBench): Promise<void> {
  const controller = new AbortController();
  const { reading } = await underWay(bench, controller.signal);
  const reason = new Error("enough");
  controller.abort(reason);
  const error = await assertFails(bench, reading, "COAPKIT_ERR_ABORTED");
  assert.equal(error.cause, reason, "The contract wants the signal's reason as cause.");
}

async function assertAbortedBefore(bench: EngineBench): Promise<void> {
  const inbox = new Inbox();
  const station = await bench.serve((exchange) => {
    inbox.take(exchange);
    echo(exchange);
  });
  const client = bench.clientOf(station);
  const aborted = read(() => client.request(bench.requestTo(station.bound), AbortSignal.abort()));
  await assertFails(bench, aborted, "COAPKIT_ERR_ABORTED");
  await bench.ask(client, station);
  assert.equal(inbox.count, 1, "The contract wants nothing sent for a signal that had fired.");
}

async function assertObservationAborted(bench: EngineBench): Promise<void> {
  const lost: string[] = [];
  const station = await bench.serve((exchange) => {
    exchange.onInterestLost(() => void lost.push("lost"));
    if (!exchange.notify(text("zero"))) exchange.respond(text("plain"));
  });
  const controller = new AbortController();
  const client = bench.clientOf(station);
  const responses = client.request(bench.requestTo(station.bound, { observe: true }), controller.signal);
  const iterator = responses[Symbol.asyncIterator]();
  const first = await bench.within(iterator.next(), "a notification");
  assert.equal(textOf(first.value as ClientResponse), "zero");
  const next = iterator.next();
  controller.abort();
  await assertFails(bench, next, "COAPKIT_ERR_ABORTED");
  await bench.until(() => lost.length === 1, "the server to lose the client's interest");
}

async function assertClosed(bench: EngineBench): Promise<void> {
  const { client, reading } = await underWay(bench);
  const closing = client.close(0);
  await assertFails(bench, reading, "COAPKIT_ERR_CLOSED");
  await bench.within(closing, "close");
}

async function assertClosedBefore(bench: EngineBench): Promise<void> {
  const station = await bench.serve(echo);
  const client = bench.clientOf(station);
  await bench.ask(client, station);
  await bench.within(client.close(0), "close");
  await assertFails(
    bench,
    read(() => client.request(bench.requestTo(station.bound))),
    "COAPKIT_ERR_CLOSED",
  );
}

/** The device listens too, so that its requests leave from the socket that takes requests. */
async function assertCallBack(bench: EngineBench): Promise<void> {
  const inbox = new Inbox();
  const cloud = await bench.serve(inbox.take);
  const ports: number[] = [];
  const device = await bench.serve((exchange) => {
    ports.push(exchange.request.peer.port);
    exchange.respond(text(exchange.request.options.strings(OptionNumber.UriPath).join("/")));
  });
  const asked = bench.ask(device.engine, cloud);
  const { request, respond } = await takeNext(bench, inbox);
  const question = { ...bench.requestTo({ port: 9 }, { path: ["rooms", "7"] }), peer: request.peer };
  const replies = await bench.within(
    read(() => cloud.engine.request(question)),
    "a request to a peer",
  );
  assert.deepEqual([replies.map(textOf), ports], [["rooms/7"], [cloud.bound.port]]);
  respond();
  await asked;
}

async function takeNext(bench: EngineBench, inbox: Inbox): Promise<{ request: Exchange["request"]; respond(): void }> {
  const exchange = await bench.within(inbox.next(), "a request");
  return { request: exchange.request, respond: () => exchange.respond(text("thanks")) };
}
