import assert from "node:assert/strict";
import type { ClientResponse, Exchange } from "@coapkit/core";
import { Code } from "@coapkit/protocol";
import type { Ask, EngineBench } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import { Inbox } from "./inbox.js";
import { bare, isRegistration, largeBody, text, textOf } from "./wire-values.js";

const BURST = 100;

/** How an engine observes and notifies. RFC 7641. */
export const OBSERVE_CASES: readonly EngineCase[] = (
  [
    { title: "answers a registration with its first notification", check: assertFirst },
    { title: "brings notifications in order", check: assertOrder },
    { title: "brings the newest of a burst, and nothing older after it", check: assertNewest },
    { title: "brings notifications larger than a block whole", needs: ["block2"], check: assertLarge },
    { title: "has answered with the first notification: respond has no effect", check: assertAnswered },
    { title: "loses interest when the client leaves", needs: ["observeDeregistration"], check: assertLeft },
    { title: "ends an observation with a notification that is an error", check: assertError },
    { title: "registers nobody with an error, or for a plain answer", check: assertNotRegistered },
    { title: "does not register a request without Observe", check: assertUninterested },
    { title: "keeps the observations of one client apart", check: assertApart },
  ] satisfies EngineCase[]
).map((observeCase) => ({ ...observeCase, needs: ["observe", ...("needs" in observeCase ? observeCase.needs : [])] }));

interface Observed {
  readonly responses: AsyncIterator<ClientResponse>;
  readonly exchange: Exchange;
  /** The next notification; `undefined` at the end. */
  next(): Promise<ClientResponse | undefined>;
}

/** A bench for observations: registrations are for the case, everything else gets a plain answer. */
class Observing {
  readonly #bench: EngineBench;
  readonly #inbox = new Inbox();
  readonly observe: (ask?: Ask) => Promise<Observed>;

  private constructor(bench: EngineBench, observe: (inbox: Inbox, ask: Ask) => Promise<Observed>) {
    this.#bench = bench;
    this.observe = (ask = {}) => observe(this.#inbox, ask);
  }

  static async on(bench: EngineBench): Promise<Observing> {
    const observing: Observing = new Observing(bench, async (inbox, ask) => {
      const request = bench.requestTo(station.bound, { ...ask, observe: true });
      const responses = client.request(request)[Symbol.asyncIterator]();
      const first = responses.next();
      first.catch(() => undefined);
      const exchange = await bench.within(inbox.next(), "a registration");
      let pending: typeof first | undefined = first;
      const next = async () => {
        const read = pending ?? responses.next();
        pending = undefined;
        const { value, done } = await bench.within(read, "a notification");
        return done === true ? undefined : value;
      };
      return { responses, exchange, next };
    });
    const station = await bench.serve((exchange) => observing.#take(exchange));
    const client = bench.clientOf(station);
    return observing;
  }

  #take(exchange: Exchange): void {
    if (isRegistration(exchange)) this.#inbox.take(exchange);
    else exchange.respond(text("plain"));
  }

  lost({ exchange }: Observed): Promise<void> {
    return this.#bench.within(
      new Promise<void>((resolve) => exchange.onInterestLost(() => resolve())),
      "the end of interest",
    );
  }
}

async function textOfNext(observed: Observed): Promise<string> {
  const response = await observed.next();
  return response === undefined ? "the end" : textOf(response);
}

function assertNotified(exchange: Exchange, payload: string): void {
  assert.equal(exchange.notify(text(payload)), true, `The contract wants notify("${payload}") to say true.`);
}

async function assertFirst(bench: EngineBench): Promise<void> {
  const observing = await Observing.on(bench);
  const observed = await observing.observe();
  assertNotified(observed.exchange, "zero");
  assert.equal(await textOfNext(observed), "zero");
}

async function assertOrder(bench: EngineBench): Promise<void> {
  const observed = await (await Observing.on(bench)).observe();
  for (const word of ["zero", "one", "two", "three", "four"]) {
    assertNotified(observed.exchange, word);
    assert.equal(await textOfNext(observed), word);
  }
}

async function assertNewest(bench: EngineBench): Promise<void> {
  const observed = await (await Observing.on(bench)).observe();
  assertNotified(observed.exchange, "0");
  const seen = [Number(await textOfNext(observed))];
  for (let i = 1; i <= BURST; i++) assertNotified(observed.exchange, String(i));
  while (seen.at(-1) !== BURST) seen.push(Number(await textOfNext(observed)));
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(seen).size, seen.length, "The contract wants each notification once.");
}

async function assertLarge(bench: EngineBench): Promise<void> {
  const observed = await (await Observing.on(bench)).observe();
  for (const seed of [1, 2, 3]) {
    assert.equal(observed.exchange.notify(text(largeBody(5_000, seed))), true);
    const notification = await observed.next();
    const isWhole = Buffer.compare(notification?.payload ?? Buffer.alloc(0), largeBody(5_000, seed)) === 0;
    assert.ok(isWhole, `The contract wants notifications whole; number ${seed} is not.`);
  }
}

async function assertAnswered(bench: EngineBench): Promise<void> {
  const observed = await (await Observing.on(bench)).observe();
  assertNotified(observed.exchange, "zero");
  observed.exchange.respond(text("again"));
  assert.equal(await textOfNext(observed), "zero");
  assertNotified(observed.exchange, "one");
  assert.equal(await textOfNext(observed), "one");
}

async function assertLeft(bench: EngineBench): Promise<void> {
  const observing = await Observing.on(bench);
  const observed = await observing.observe();
  const lost = observing.lost(observed);
  assertNotified(observed.exchange, "zero");
  await observed.next();
  await bench.within(Promise.resolve(observed.responses.return?.()), "leaving");
  await lost;
  assert.equal(observed.exchange.notify(text("one")), false, "The contract wants notify to say false then.");
  assert.equal((await observed.responses.next()).done, true, "The contract wants nothing after leaving.");
}

async function assertError(bench: EngineBench): Promise<void> {
  const observed = await (await Observing.on(bench)).observe();
  assertNotified(observed.exchange, "zero");
  await observed.next();
  assert.equal(observed.exchange.notify({ ...bare(Code.NotFound), payload: "gone" }), false);
  const last = await observed.next();
  assert.deepEqual([last?.code, last && textOf(last)], [Code.NotFound, "gone"]);
  assert.equal(await textOfNext(observed), "the end");
  assert.equal(observed.exchange.notify(text("one")), false, "RFC 7641 §4.2 wants an error to be the last.");
}

async function assertNotRegistered(bench: EngineBench): Promise<void> {
  const observing = await Observing.on(bench);
  const refused = await observing.observe();
  assert.equal(refused.exchange.notify(bare(Code.NotFound)), false, "The contract wants respond for an error.");
  refused.exchange.respond(bare(Code.NotFound));
  assert.equal((await refused.next())?.code, Code.NotFound);
  const plain = await observing.observe();
  plain.exchange.respond(text("plain"));
  assert.equal(await textOfNext(plain), "plain");
  for (const observed of [refused, plain]) {
    assert.equal(await textOfNext(observed), "the end");
    assert.equal(observed.exchange.notify(text("one")), false);
  }
}

async function assertUninterested(bench: EngineBench): Promise<void> {
  const station = await bench.serve((exchange) => {
    assert.equal(exchange.notify(text("not wanted")), false);
    exchange.respond(text("plain"));
  });
  assert.equal(textOf(await bench.ask(bench.clientOf(station), station)), "plain");
}

async function assertApart(bench: EngineBench): Promise<void> {
  const observing = await Observing.on(bench);
  const observed = [await observing.observe({ path: ["a"] }), await observing.observe({ path: ["b"] })];
  for (const round of [1, 2]) {
    for (const [i, { exchange }] of observed.entries()) assertNotified(exchange, `${i} ${round}`);
    const seen = [];
    for (const one of observed) seen.push(await textOfNext(one));
    assert.deepEqual(seen, [`0 ${round}`, `1 ${round}`]);
  }
}
