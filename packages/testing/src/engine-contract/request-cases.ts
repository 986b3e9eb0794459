import assert from "node:assert/strict";
import type { Exchange, Request } from "@coapkit/core";
import { Code, type OptionEntry, OptionNumber } from "@coapkit/protocol";
import type { Ask, EngineBench, Station } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import { bare, textOf } from "./wire-values.js";

/** Options that nobody has defined: an elective and a critical one. RFC 7252 §5.4.1. */
const ELECTIVE = 65_000;
const CRITICAL = 65_001;

/** How an engine shows requests. */
export const REQUEST_CASES: readonly EngineCase[] = [
  { title: "shows method, payload, and whether the request was confirmable", check: assertBasics },
  { title: "shows FETCH, PATCH and iPATCH", needs: ["fetchAndPatch"], check: assertFetchAndPatch },
  { title: "shows options by number, repeated ones in their order", check: assertOptions },
  { title: "shows options that it does not know, critical ones too", needs: ["unknownOptions"], check: assertUnknown },
  { title: "shows no payload as no bytes", check: assertNoPayload },
  { title: "shows message ID and token", check: assertIds },
  { title: "shows who asks", onNetwork: true, check: assertPeer },
  { title: "gives one socket one peer key, and another socket another", onNetwork: true, check: assertPeerKeys },
];

/** What the handler sees of a request, copied. */
type Seen = Pick<Request, "method" | "confirmable" | "messageId" | "peer"> & {
  readonly token: Uint8Array;
  readonly options: readonly OptionEntry[];
  readonly payload: string;
};

async function recorder(bench: EngineBench): Promise<{ station: Station; seen: Seen[] }> {
  const seen: Seen[] = [];
  const station = await bench.serve((exchange: Exchange) => {
    const { method, confirmable, messageId, peer, token, options, payload } = exchange.request;
    const entries = [...options].map(({ number, value }) => ({ number, value: value.slice() }));
    seen.push({
      method,
      confirmable,
      messageId,
      peer,
      token: token.slice(),
      options: entries,
      payload: textOf({ payload }),
    });
    exchange.respond(bare(Code.Changed));
  });
  return { station, seen };
}

async function seenOf(bench: EngineBench, asks: readonly Ask[]): Promise<readonly Seen[]> {
  const { station, seen } = await recorder(bench);
  const client = bench.clientOf(station);
  for (const ask of asks) await bench.ask(client, station, ask);
  assert.equal(seen.length, asks.length, "The contract wants one exchange for each request.");
  return seen;
}

async function assertMethods(bench: EngineBench, methods: readonly number[]): Promise<void> {
  const seen = await seenOf(
    bench,
    methods.flatMap((method) => [
      { method, payload: `${method}` },
      { method, payload: `${method}`, confirmable: false },
    ]),
  );
  assert.deepEqual(
    seen.map(({ method, payload, confirmable }) => [method, payload, confirmable]),
    methods.flatMap((method) => [
      [method, `${method}`, true],
      [method, `${method}`, false],
    ]),
  );
}

function assertBasics(bench: EngineBench): Promise<void> {
  return assertMethods(bench, [Code.GET, Code.POST, Code.PUT, Code.DELETE]);
}

function assertFetchAndPatch(bench: EngineBench): Promise<void> {
  return assertMethods(bench, [Code.FETCH, Code.PATCH, Code.IPATCH]);
}

function valuesOf({ options }: Seen, number: number): readonly string[] {
  return options
    .filter((entry) => entry.number === number)
    .map(({ value }) => Buffer.from(value as Uint8Array).toString("latin1"));
}

async function assertOptions(bench: EngineBench): Promise<void> {
  const options = [
    { number: OptionNumber.Accept, value: 60 },
    { number: OptionNumber.IfMatch, value: Uint8Array.of(2) },
    { number: OptionNumber.IfMatch, value: Uint8Array.of(1) },
  ];
  const [seen] = await seenOf(bench, [{ path: ["b", "", "a"], query: ["y=2", "x=1", "y=1"], options }]);
  assert.ok(seen !== undefined);
  assert.deepEqual(valuesOf(seen, OptionNumber.UriPath), ["b", "", "a"]);
  assert.deepEqual(valuesOf(seen, OptionNumber.UriQuery), ["y=2", "x=1", "y=1"]);
  assert.deepEqual(valuesOf(seen, OptionNumber.IfMatch), ["\u0002", "\u0001"]);
  assert.deepEqual(valuesOf(seen, OptionNumber.Accept), ["<"]);
  const numbers = seen.options.map(({ number }) => number);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
}

async function assertUnknown(bench: EngineBench): Promise<void> {
  const options = [
    { number: CRITICAL, value: "critical" },
    { number: ELECTIVE, value: "first" },
    { number: ELECTIVE, value: "second" },
  ];
  const [seen] = await seenOf(bench, [{ options }]);
  assert.ok(seen !== undefined);
  assert.deepEqual([valuesOf(seen, ELECTIVE), valuesOf(seen, CRITICAL)], [["first", "second"], ["critical"]]);
}

async function assertNoPayload(bench: EngineBench): Promise<void> {
  const seen = await seenOf(bench, [
    {},
    { method: Code.POST, payload: "" },
    { method: Code.POST, payload: new Uint8Array(0) },
  ]);
  assert.deepEqual(
    seen.map(({ payload }) => payload),
    ["", "", ""],
  );
}

async function assertIds(bench: EngineBench): Promise<void> {
  const seen = await seenOf(bench, [{}, {}, {}]);
  for (const { messageId, token } of seen) {
    assert.ok(Number.isInteger(messageId) && messageId >= 0 && messageId < 65_536, `Found message ID ${messageId}.`);
    assert.ok(token.length <= 8, `The contract wants tokens of at most 8 bytes; found ${token.length}.`);
  }
  assert.equal(new Set(seen.map(({ messageId }) => messageId)).size, 3, "The contract wants message IDs to differ.");
}

async function assertPeer(bench: EngineBench): Promise<void> {
  const [seen] = await seenOf(bench, [{}]);
  assert.ok(seen !== undefined);
  const { scheme, address, port, key } = seen.peer;
  assert.deepEqual([scheme, address], ["coap", bench.subject.host]);
  assert.ok(port > 0 && key.length > 0, `The contract wants a port and a key; found ${port} and "${key}".`);
}

async function assertPeerKeys(bench: EngineBench): Promise<void> {
  const { station, seen } = await recorder(bench);
  const [one, other] = [bench.clientOf(station), bench.clientOf(station)];
  for (const client of [one, other, one]) await bench.ask(client, station);
  const [first, second, third] = seen.map(({ peer }) => peer.key);
  assert.equal(first, third, "The contract wants one key for what comes from one socket.");
  assert.notEqual(first, second, "The contract wants keys of two sockets to differ.");
}
