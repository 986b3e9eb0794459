import { Code, InterestLostReason, Method } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { InjectEngine } from "../src/index.js";

const uri = { scheme: "coap" as const, host: "test", port: 5683, path: ["t"], query: [] };
const STATE = { code: Code.Content, contentFormat: 0, options: [], payload: "state" };

/** An engine whose server notifies once, with one client that observes. */
async function observed() {
  const engine = new InjectEngine();
  const reasons: InterestLostReason[] = [];
  await engine.listen(uri, (exchange) => {
    exchange.onInterestLost((reason) => reasons.push(reason));
    exchange.notify(STATE);
  });
  const stream = engine.request({ method: Method.GET, uri, observe: true })[Symbol.asyncIterator]();
  await stream.next();
  return { engine, reasons, stream };
}

describe("an observation without a network", () => {
  it("is closed with the engine, and the client is told", async () => {
    const { engine, reasons, stream } = await observed();
    await engine.close();
    expect(reasons).toEqual([InterestLostReason.Closed]);
    await expect(stream.next()).rejects.toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
    expect(engine.counters.openExchanges).toBe(0);
  });

  it("is deregistered where the client goes away", async () => {
    const { engine, reasons, stream } = await observed();
    await stream.return?.();
    await engine.close();
    expect(reasons).toEqual([InterestLostReason.Deregistered]);
  });
});
