import assert from "node:assert/strict";
import { Code, type OptionEntry, OptionNumber, Type } from "@coapkit/protocol";
import type { EngineBench } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import type { RawMessage } from "./raw-peer.js";
import { bare, echo, largeBody, text, textOf } from "./wire-values.js";

const SZX_16 = 0;
const BLOCK_BYTES = 16;

/** What shows in datagrams only. */
export const WIRE_CASES: readonly EngineCase[] = [
  {
    title: "runs a handler once for a repeated message, and repeats its reply",
    needs: ["deduplication"],
    onNetwork: true,
    check: assertDeduplication,
  },
  {
    title: "tells bodies of one peer apart by Request-Tag",
    needs: ["block1", "requestTag"],
    onNetwork: true,
    check: assertRequestTag,
  },
  {
    title: "leaves out a response that the client does not want",
    needs: ["noResponse"],
    onNetwork: true,
    check: assertNoResponse,
  },
  {
    title: "loses interest when the client rejects a notification",
    needs: ["observe"],
    onNetwork: true,
    check: assertRejected,
  },
  { title: "stands datagrams that are no CoAP", onNetwork: true, check: assertGarbage },
];

async function assertDeduplication(bench: EngineBench): Promise<void> {
  let runs = 0;
  const station = await bench.serve((exchange) => exchange.respond(text(`run ${++runs}`)));
  const peer = await bench.rawPeer(station);
  const post: RawMessage = { code: Code.POST, messageId: 7, token: [1], payload: Uint8Array.of(1) };
  for (const times of [1, 2, 3]) {
    peer.send(post);
    await bench.until(() => peer.received.length === times, "a reply");
  }
  const [first, ...others] = peer.received;
  for (const other of others) assert.deepEqual(other, first, "RFC 7252 §4.5 wants the same reply.");
  assert.equal(runs, 1, "RFC 7252 §4.5 wants one run.");
}

async function assertRequestTag(bench: EngineBench): Promise<void> {
  const bodies: Uint8Array[] = [];
  const station = await bench.serve((exchange) => {
    bodies.push(exchange.request.payload.slice());
    exchange.respond(bare(Code.Changed));
  });
  const peer = await bench.rawPeer(station);
  const wanted = [1, 2].map((seed) => largeBody(2 * BLOCK_BYTES, seed));
  for (const number of [0, 1]) {
    for (const [i, body] of wanted.entries()) {
      peer.send(blockOf(body, number, i));
      await bench.until(() => peer.received.length === 2 * number + i + 1, "a reply to a block");
    }
  }
  assert.deepEqual(
    bodies.map((body) => [...body]),
    wanted.map((body) => [...body]),
  );
}

function blockOf(body: Uint8Array, number: number, tag: number): RawMessage {
  const isLast = (number + 1) * BLOCK_BYTES >= body.length;
  const options: OptionEntry[] = [
    { number: OptionNumber.Block1, value: (number << 4) | (isLast ? 0 : 8) | SZX_16 },
    { number: OptionNumber.RequestTag, value: Uint8Array.of(tag) },
  ];
  const payload = body.subarray(number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES);
  return { code: Code.POST, messageId: 100 + 10 * number + tag, token: [tag], options, payload };
}

async function assertNoResponse(bench: EngineBench): Promise<void> {
  const NOT_ANY = 26;
  const station = await bench.serve(echo);
  const peer = await bench.rawPeer(station);
  const unwanted = {
    type: Type.NON,
    code: Code.POST,
    token: [1],
    options: [{ number: OptionNumber.NoResponse, value: NOT_ANY }],
  };
  peer.send({ ...unwanted, messageId: 1 });
  peer.send({ type: Type.NON, code: Code.POST, messageId: 2, token: [2] });
  await bench.until(() => peer.received.length > 0, "a reply");
  assert.equal(peer.received[0]?.[4], 2, "RFC 7967 §2.1 wants no response to the first request.");
}

async function assertRejected(bench: EngineBench): Promise<void> {
  let lost = 0;
  let notify: ((payload: string) => boolean) | undefined;
  const station = await bench.serve((exchange) => {
    exchange.onInterestLost(() => lost++);
    notify = (payload) => exchange.notify(text(payload));
    notify("zero");
  });
  const peer = await bench.rawPeer(station);
  peer.send({ code: Code.GET, messageId: 1, token: [1], options: [{ number: OptionNumber.Observe, value: 0 }] });
  await bench.until(() => peer.received.length === 1, "the first notification");
  notify?.("one");
  await bench.until(() => peer.received.length === 2, "a notification");
  const [, , high = 0, low = 0] = peer.received[1] ?? [];
  peer.send({ type: Type.RST, code: Code.Empty, messageId: (high << 8) | low });
  await bench.until(() => lost === 1, "RFC 7641 §3.6: interest to end");
  assert.equal(notify?.("two"), false);
}

async function assertGarbage(bench: EngineBench): Promise<void> {
  const station = await bench.serve(echo);
  const peer = await bench.rawPeer(station);
  for (const code of [0x1f, 0x20, 0xff, Code.Content]) peer.send({ code, messageId: code, token: [1] });
  for (const bytes of [
    [],
    [0],
    [0xff, 0xff, 0xff, 0xff],
    [0x4f, 1, 0, 1],
    [0x40, 1, 0, 2, 0xff],
    [0x40, 1, 0, 3, 0xf0],
  ])
    peer.sendBytes(Uint8Array.from(bytes));
  const reply = await bench.ask(bench.clientOf(station), station, { method: Code.POST, payload: "still there" });
  assert.equal(textOf(reply), "still there");
}
