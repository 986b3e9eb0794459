import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { CON, RawPeer, RST, startRig, textOf, textResponse } from "./rig.js";

describe("close", () => {
  it("waits for open exchanges, takes no new ones, and delivers the last response", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    peer.send({ messageId: 1, token: "t" });
    const exchange = await rig.nextExchange();
    const closed = rig.engine.close(60_000);
    peer.send({ messageId: 2, token: "u" });
    expect(await peer.ask({ code: 0, messageId: 3 })).toMatchObject({ type: RST });
    expect(rig.engine.counters).toMatchObject({ droppedClosing: 1, openExchanges: 1 });
    exchange.respond(textResponse("in time"));
    expect(textOf(await peer.next())).toBe("in time");
    await closed;
  });

  it("cuts what is still open at the deadline", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    peer.send({ messageId: 1, token: "t" });
    const exchange = await rig.nextExchange();
    const lost: string[] = [];
    exchange.onInterestLost((reason) => lost.push(reason));
    await rig.engine.close(1);
    expect(lost).toEqual(["closed"]);
    exchange.respond(textResponse("too late"));
    expect(exchange.notify(textResponse("too late"))).toBe(false);
    expect(rig.engine.counters).toMatchObject({ openExchanges: 0, sendErrors: 0 });
    await expect(rig.engine.listen(rig.uri("/"), () => {})).rejects.toThrow(/closed/);
  });

  it("ends observations and forgets transfers and replies", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    peer.send({ messageId: 1, token: "t", options: [{ number: 6, value: 0 }] });
    const exchange = await rig.nextExchange();
    exchange.notify(textResponse("x".repeat(3000)));
    await peer.next();
    exchange.notify(textResponse("unacknowledged"));
    expect(await peer.next()).toMatchObject({ type: CON });
    const lost = new Promise<void>((resolve) => exchange.onInterestLost(() => resolve()));
    await rig.engine.close(0);
    await lost;
    expect(rig.engine.counters).toMatchObject({ observers: 0, downloads: 0, downloadBytes: 0, rememberedMessages: 0 });
  });

  it("leaves nothing that keeps the process alive", async () => {
    const program = fileURLToPath(new URL("fixtures/serve-and-close.mjs", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 10_000 });
    const { responses, before, after } = JSON.parse(stdout);
    expect(responses).toEqual(["piggybacked", "late"]);
    expect(after).toEqual(before);
  });
});
