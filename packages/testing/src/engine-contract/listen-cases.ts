import assert from "node:assert/strict";
import { CAPABILITY_NAMES, type Exchange } from "@coapkit/core";
import { CoapkitError, NetworkError } from "@coapkit/protocol";
import type { EngineBench } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import { echo, text, textOf } from "./wire-values.js";

/** What an engine says of itself, and how it takes addresses. */
export const LISTEN_CASES: readonly EngineCase[] = [
  { title: "has a name and frozen capabilities, with a reason for each that it lacks", check: assertDeclaration },
  { title: "binds a free port for port 0 and says where it listens", onNetwork: true, check: assertBound },
  { title: "listens on several addresses, each with its own handler", onNetwork: true, check: assertSeveral },
  { title: "refuses an address that is taken with a NetworkError", onNetwork: true, check: assertTaken },
  { title: "refuses a scheme that it has no transport for", onNetwork: true, check: assertScheme },
  { title: "counts in whole numbers", check: assertCounters },
];

async function assertDeclaration(bench: EngineBench): Promise<void> {
  const { name, capabilities } = bench.make();
  assert.match(name, /^[a-z][a-z0-9-]*$/, `The contract wants a short lower-case name; found "${name}".`);
  assert.ok(Object.isFrozen(capabilities), "The contract wants capabilities frozen.");
  for (const capability of CAPABILITY_NAMES) {
    const declared = capabilities[capability];
    const isDeclared = declared.supported || declared.reason.length > 0;
    assert.ok(isDeclared, `The contract wants a reason for the lack of ${capability}.`);
  }
}

async function assertBound(bench: EngineBench): Promise<void> {
  const { bound } = await bench.serve(echo);
  assert.ok(bound.port > 0 && bound.port < 65_536, `The contract wants the port in use; found ${bound.port}.`);
  assert.deepEqual([bound.scheme, bound.address], ["coap", bench.subject.host]);
}

async function assertSeveral(bench: EngineBench): Promise<void> {
  const say = (word: string) => (exchange: Exchange) => exchange.respond(text(word));
  const { engine, bound } = await bench.serve(say("one"));
  const other = { engine, bound: await engine.listen(bench.address(0), say("two")) };
  const client = bench.make();
  const replies = [await bench.ask(client, { engine, bound }), await bench.ask(client, other)];
  assert.deepEqual(replies.map(textOf), ["one", "two"]);
}

async function assertTaken(bench: EngineBench): Promise<void> {
  const { bound } = await bench.serve(echo);
  const other = bench.make();
  await assert.rejects(other.listen(bench.address(bound.port), echo), NetworkError);
}

async function assertScheme(bench: EngineBench): Promise<void> {
  const address = { ...bench.address(0), scheme: "coaps+ws" } as const;
  await assert.rejects(bench.make().listen(address, echo), CoapkitError);
}

async function assertCounters(bench: EngineBench): Promise<void> {
  const station = await bench.serve(echo);
  await bench.ask(bench.clientOf(station), station);
  const { counters } = station.engine;
  for (const [name, value] of Object.entries(counters)) {
    assert.ok(Number.isInteger(value) && value >= 0, `The contract wants whole numbers; ${name} is ${value}.`);
  }
  assert.ok((counters.requests ?? 0) >= 1, "The contract wants a counter `requests` that counts a request.");
}
