import { Code, isCoapkitError, Method, OptionNumber, type ServerExchange } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { confirmableLost, lossBounds, separateLost } from "../support/loss-arithmetic.js";
import { FAULTS, LossyWorld } from "../support/lossy-world.js";

const CLIENTS = 10;
const EACH = 100;
/** Longer than the piggyback window, so that the response goes separately, in milliseconds. */
const SLOW_MS = 300;

describe.each([0, 0.1, 0.3])("1,000 CON exchanges at a loss of %d", (loss) => {
  it.each([
    ["POST, piggybacked", Method.POST, 0, confirmableLost(loss)],
    ["POST, separate", Method.POST, SLOW_MS, separateLost(loss)],
    ["GET, piggybacked", Method.GET, 0, confirmableLost(loss)],
  ])("%s: each is answered, or lost as the arithmetic has it; no handler runs twice", async (_, method, delayMs, q) => {
    const world = new LossyWorld(11, { ...FAULTS, loss });
    const runs = new Map<string, number>();
    await world.serve(answerer(world, runs, delayMs));
    const outcomes = await world.settle(
      Promise.all(Array.from({ length: CLIENTS }, (_, i) => askMany(world, i, method))),
    );
    const lost = outcomes.flat().filter((outcome) => outcome.code === "COAPKIT_ERR_TIMEOUT");
    const answered = outcomes.flat().filter((outcome) => outcome.code === "answered");
    expect(lost.length + answered.length).toBe(CLIENTS * EACH);
    expect([...runs.values()].every((count) => count === 1)).toBe(true);
    for (const { name } of answered) expect(runs.get(name)).toBe(1);
    const { most } = lossBounds(q, CLIENTS * EACH);
    const { least } = lossBounds(delayMs === 0 ? q : 0, CLIENTS * EACH);
    expect(lost.length).toBeLessThanOrEqual(most);
    expect(lost.length).toBeGreaterThanOrEqual(least);
    await world.end();
  });
});

interface Named {
  readonly name: string;
  readonly code: string;
}

function answerer(world: LossyWorld, runs: Map<string, number>, delayMs: number): (exchange: ServerExchange) => void {
  return (exchange) => {
    const name = exchange.request.options.strings(OptionNumber.UriPath).join("/");
    runs.set(name, (runs.get(name) ?? 0) + 1);
    const answer = () => exchange.respond({ code: Code.Content, contentFormat: 0, options: [], payload: name });
    if (delayMs === 0) answer();
    else world.clock.setTimer(delayMs, answer);
  };
}

async function askMany(world: LossyWorld, index: number, method: number): Promise<readonly Named[]> {
  const { endpoint } = await world.client(index);
  const outcomes: Named[] = [];
  for (let i = 0; i < EACH; i++) {
    const name = `${index}/${i}`;
    try {
      for await (const { payload } of endpoint.request({ ...world.at(`${index}`, `${i}`), method })) {
        outcomes.push({ name, code: new TextDecoder().decode(payload) === name ? "answered" : "wrong" });
      }
    } catch (error) {
      outcomes.push({ name, code: isCoapkitError(error) ? error.code : String(error) });
    }
  }
  return outcomes;
}
