import { Code, isCoapkitError, Method, type ServerExchange } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { confirmableLost, lossBounds } from "../support/loss-arithmetic.js";
import { FAULTS, LossyWorld } from "../support/lossy-world.js";

const OBSERVERS = 20;
const CHANGES = 30;
const EVERY_MS = 5_000;

/** A resource that counts up, and tells everybody who is interested. */
function counterResource() {
  const exchanges = new Set<ServerExchange>();
  let state = 0;
  const response = () => ({ code: Code.Content, contentFormat: 0, options: [], payload: `${state}` });
  return {
    onRequest: (exchange: ServerExchange) => {
      if (!exchange.notify(response())) return exchange.respond(response());
      exchanges.add(exchange);
      exchange.onInterestLost(() => exchanges.delete(exchange));
    },
    change: (confirmable: boolean) => {
      state++;
      for (const exchange of [...exchanges]) exchange.notify(response(), confirmable);
    },
  };
}

async function watch(world: LossyWorld, index: number): Promise<{ seen: number[]; end: string; sent: number }> {
  const { endpoint } = await world.client(index);
  const seen: number[] = [];
  let end = "left";
  try {
    for await (const { payload } of endpoint.request({ ...world.at("state"), method: Method.GET, observe: true })) {
      seen.push(Number(new TextDecoder().decode(payload)));
      if (seen.at(-1) === CHANGES) break;
    }
  } catch (error) {
    end = isCoapkitError(error) ? error.code : String(error);
  }
  return { seen, end, sent: endpoint.counters.requestsSent ?? 0 };
}

describe.each([0, 0.1, 0.3])("observations at a loss of %d", (loss) => {
  it.each([
    ["NON", false],
    ["CON", true],
  ])("with %s notifications see the last state, and nothing older after something newer", async (_, confirmable) => {
    const world = new LossyWorld(37, { ...FAULTS, loss });
    const resource = counterResource();
    await world.serve(resource.onRequest);
    for (let i = 1; i <= CHANGES; i++) world.clock.setTimer(i * EVERY_MS, () => resource.change(confirmable));
    const watchers = await world.settle(Promise.all(Array.from({ length: OBSERVERS }, (_, i) => watch(world, i))));
    for (const { seen } of watchers) expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
    const lost = watchers.filter(({ end }) => end === "COAPKIT_ERR_TIMEOUT");
    for (const { seen, end } of watchers) expect([end, end === "left" ? seen.at(-1) : CHANGES]).toContain(CHANGES);
    expect(watchers.filter(({ end }) => end !== "left")).toEqual(lost);
    // Only a registration can be lost for good: a notification that is lost is made up for by the next registration.
    const registrations = watchers.reduce((sum, { sent }) => sum + sent, 0);
    expect(lost.length).toBeLessThanOrEqual(lossBounds(confirmableLost(loss), registrations).most);
    // A deregistration may be lost for good too: then the next confirmable notification ends the relation.
    resource.change(true);
    await world.end();
  });
});
