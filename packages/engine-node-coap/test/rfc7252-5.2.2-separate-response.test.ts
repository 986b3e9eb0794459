import { defaultTiming, parameters, updateTiming } from "coap";
import { afterEach, describe, expect, it } from "vitest";
import { ACK, CON, CONTENT, RawPeer, RST, startRig, textOf, textResponse } from "./rig.js";

describe("separate responses", () => {
  afterEach(() => defaultTiming());

  it("acknowledges a slow request in time and answers with a confirmable message of its own", async () => {
    await using rig = await startRig({ options: { piggybackMs: 0 } });
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ messageId: 9, token: "tk" })).toMatchObject({ type: ACK, code: 0, messageId: 9 });
    (await rig.nextExchange()).respond(textResponse("late"));
    const response = await peer.next();
    expect(response).toMatchObject({ type: CON, code: CONTENT, token: Buffer.from("tk") });
    expect(textOf(response)).toBe("late");
  });

  it("retransmits until the acknowledgement", async () => {
    updateTiming({ ackTimeout: 0.02 });
    await using rig = await startRig({ options: { piggybackMs: 0 } });
    await using peer = await RawPeer.to(rig.address.port);
    await peer.ask({ messageId: 9, token: "tk" });
    (await rig.nextExchange()).respond(textResponse("late"));
    const first = await peer.next();
    expect(await peer.next()).toEqual(first);
    peer.send({ type: ACK, code: 0, messageId: first.messageId });
    await peer.ask({ code: 0, messageId: 10 }).then((pong) => expect(pong.type).toBe(RST));
  });

  it("survives a client that vanishes after the empty acknowledgement", async () => {
    await using rig = await startRig({ options: { piggybackMs: 0 } });
    updateTiming({ ackTimeout: 0.005, maxLatency: 0.01 });
    expect(parameters.exchangeLifetime).toBeLessThan(1);
    const vanishing = await RawPeer.to(rig.address.port);
    await vanishing.ask({ messageId: 9, token: "tk" });
    await vanishing[Symbol.asyncDispose]();
    (await rig.nextExchange()).respond(textResponse("nobody hears this"));
    await until(() => rig.engine.counters.responsesUnacknowledged === 1);
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ messageId: 1, code: 0 })).toMatchObject({ type: RST });
    expect(rig.engine.counters.openExchanges).toBe(0);
  });
});

/** Resolves on the turn of the event loop after which the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
