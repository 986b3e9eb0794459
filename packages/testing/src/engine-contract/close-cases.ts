import assert from "node:assert/strict";
import { Code } from "@coapkit/protocol";
import { assertReleases } from "../plugin-contract/resource-watch.js";
import { contractHost, WatchedClock } from "./contract-host.js";
import { EngineBench, type Station } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import { Inbox } from "./inbox.js";
import { echo, isRegistration, largeBody, text, textOf } from "./wire-values.js";

const CUT_MS = 20;
/** Turns of the event loop in which a datagram on a loopback interface arrives. */
const SOME_TURNS = 50;

/** How an engine ends, and what it leaves. */
export const CLOSE_CASES: readonly EngineCase[] = [
  { title: "drains: a request under way is still answered", check: assertDrains },
  { title: "hands no request up once close was called", onNetwork: true, check: assertStopsAccepting },
  { title: "cuts what does not end within the deadline", check: assertCuts },
  { title: "ends interest when it closes", needs: ["observe"], check: assertEndsInterest },
  { title: "may be closed twice, and before it has listened", check: assertClosesTwice },
  { title: "sets levels back to zero when nothing is under way", check: assertLevels },
  { title: "leaves no timers and handles after close", check: assertReleased },
];

async function assertDrains(bench: EngineBench): Promise<void> {
  const inbox = new Inbox();
  const station = await bench.serve(inbox.take);
  const asked = bench.ask(bench.clientOf(station), station);
  asked.catch(() => undefined);
  const exchange = await bench.within(inbox.next(), "a request");
  const closing = station.engine.close(bench.subject.deadlineMs);
  await someTurns();
  exchange.respond(text("just in time"));
  assert.equal(textOf(await asked), "just in time");
  await bench.within(closing, "close");
}

async function assertStopsAccepting(bench: EngineBench): Promise<void> {
  const inbox = new Inbox();
  const station = await bench.serve(inbox.take);
  const client = bench.clientOf(station);
  const asked = bench.ask(client, station);
  const exchange = await bench.within(inbox.next(), "a request");
  const closing = station.engine.close(bench.subject.deadlineMs);
  const peer = await bench.rawPeer(station);
  peer.send({ code: Code.GET, messageId: 1, token: [1] });
  await someTurns();
  exchange.respond(text("the last"));
  await Promise.all([asked, bench.within(closing, "close")]);
  assert.equal(inbox.count, 1, "The contract wants no further request handed up.");
}

async function assertCuts(bench: EngineBench): Promise<void> {
  const inbox = new Inbox();
  const station = await bench.serve(inbox.take);
  const controller = new AbortController();
  const asked = bench.clientOf(station).request(bench.requestTo(station.bound), controller.signal);
  const reading = asked[Symbol.asyncIterator]()
    .next()
    .catch(() => undefined);
  const exchange = await bench.within(inbox.next(), "a request");
  await bench.within(station.engine.close(CUT_MS), "close with a deadline");
  exchange.respond(text("too late"));
  controller.abort();
  await bench.within(reading, "the request");
}

async function assertEndsInterest(bench: EngineBench): Promise<void> {
  const inbox = new Inbox();
  let lost = 0;
  const station = await bench.serve((exchange) => {
    exchange.onInterestLost(() => lost++);
    exchange.notify(text("zero"));
    inbox.take(exchange);
  });
  const client = bench.clientOf(station);
  const observing = client.request(bench.requestTo(station.bound, { observe: true }))[Symbol.asyncIterator]();
  await bench.within(observing.next(), "a notification");
  const exchange = await inbox.next();
  await bench.within(station.engine.close(0), "close");
  assert.equal(lost, 1, "The contract wants onInterestLost called once.");
  assert.equal(exchange.notify(text("one")), false, "The contract wants notify to say false after close.");
  await client.close(0);
  await observing.return?.();
}

async function assertClosesTwice(bench: EngineBench): Promise<void> {
  await bench.within(bench.make().close(0), "close before listen");
  const { engine } = await bench.serve(echo);
  await bench.within(Promise.all([engine.close(0), engine.close(0)]), "closing twice at a time");
  await bench.within(engine.close(0), "closing again");
}

/** A bit of everything that leaves state. */
async function exercise(bench: EngineBench, station: Station): Promise<void> {
  const client = bench.clientOf(station);
  await bench.ask(client, station);
  await bench.ask(client, station, { confirmable: false });
  await bench.ask(client, station, { method: Code.POST, payload: largeBody(5_000) });
  if (!client.capabilities.observe.supported || !client.capabilities.observeDeregistration.supported) return;
  const request = bench.requestTo(station.bound, { observe: true });
  for await (const { code } of client.request(request)) {
    assert.equal(code, Code.Content);
    break;
  }
}

function notifyOrEcho(exchange: Parameters<typeof echo>[0]): void {
  if (!isRegistration(exchange) || !exchange.notify(text("zero"))) echo(exchange);
}

async function assertLevels(bench: EngineBench): Promise<void> {
  const station = await bench.serve(notifyOrEcho);
  await exercise(bench, station);
  const { engine } = station;
  for (const level of bench.subject.levels) {
    assert.ok(level in engine.counters, `The contract wants a counter ${level}, which options.levels names.`);
    await bench.until(() => engine.counters[level] === 0, `the level ${level} to be 0`);
  }
}

async function assertReleased(bench: EngineBench): Promise<void> {
  const clock = new WatchedClock();
  const { subject } = bench;
  const run = async () => {
    const inner = new EngineBench({ ...subject, makeEngine: () => subject.makeEngine(contractHost({ clock })) });
    try {
      await exercise(inner, await inner.serve(notifyOrEcho));
    } finally {
      await inner.close();
    }
  };
  await assertReleases(run, subject.deadlineMs, "engine.close()", "Release it in close().");
  assert.equal(
    clock.pendingTimers,
    0,
    `The contract wants timers of the clock cancelled; ${clock.pendingTimers} are set.`,
  );
}

async function someTurns(): Promise<void> {
  for (let i = 0; i < SOME_TURNS; i++) await new Promise((resolve) => setImmediate(resolve));
}
