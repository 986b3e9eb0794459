import { afterEach, describe, expect, it } from "vitest";
import { EndReason, Flag, NO_TIMEOUT } from "../../src/native/scratch-layout.js";
import { establishedPair, pskOptions } from "../native-support/credentials.js";
import { destroyContext, destroyContexts, engine, feed, outputOf, sealed } from "../native-support/harness.js";
import { Pair } from "../native-support/pair.js";

afterEach(destroyContexts);

const NONE = new Uint8Array();

describe("close", () => {
  it("sends close_notify, which the peer answers and ends with", () => {
    const { client, server } = establishedPair();
    const closed = outputOf(engine.close(server));
    expect(closed).toMatchObject({ flags: Flag.closed, endReason: EndReason.closedLocally, timeoutMs: NO_TIMEOUT });
    const heard = feed(client, closed.datagrams[0] ?? NONE);
    expect(heard.flags & Flag.closed).toBe(Flag.closed);
    expect(heard).toMatchObject({ endReason: EndReason.closedByPeer, alert: 0 });
    expect(feed(server, heard.datagrams[0] ?? NONE)).toMatchObject({ flags: 0, datagrams: [] });
    expect([engine.info(client).stage, engine.info(server).stage]).toEqual(["ended", "ended"]);
  });

  it("does nothing the second time, and nothing can be written after it", () => {
    const { client } = establishedPair();
    engine.close(client);
    expect(outputOf(engine.close(client))).toMatchObject({ flags: 0, datagrams: [] });
    expect(() => sealed(client, "too late")).toThrow(TypeError);
  });

  it("during a handshake tells the peer, too", () => {
    const pair = new Pair({ ...pskOptions(), loses: (_to, index) => index === 4 }).handshake(0);
    const closed = outputOf(engine.close(pair.server));
    expect(closed).toMatchObject({ flags: Flag.closed, endReason: EndReason.closedLocally });
    expect(feed(pair.client, closed.datagrams[0] ?? NONE)).toMatchObject({
      flags: Flag.closed,
      endReason: EndReason.closedByPeer,
    });
    expect(engine.counters(pair.serverContext).handshakesAbandoned).toBe(1);
  });

  it("cannot be forged", () => {
    const { client, server } = establishedPair();
    const plainAlert = Uint8Array.from([21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0]);
    expect(feed(server, plainAlert).flags).toBe(0);
    expect(feed(server, sealed(client, "up")).plaintexts.length).toBe(1);
  });
});

describe("free", () => {
  it("forgets the session: its number finds nothing, and is not given again soon", () => {
    const { client, clientContext } = establishedPair();
    engine.free(client);
    expect(() => engine.info(client)).toThrow(`No session has the number ${client}`);
    expect(() => engine.free(client)).toThrow(TypeError);
    const numbers = Array.from({ length: 1000 }, () => {
      const { session } = outputOf(engine.connect(clientContext, pskOptions().connect));
      engine.free(session);
      return session;
    });
    expect(numbers).not.toContain(client);
    expect(new Set(numbers).size).toBe(1000);
  });

  it("of a context frees its sessions", () => {
    const { client, server, serverContext } = establishedPair();
    destroyContext(serverContext);
    expect(() => engine.info(server)).toThrow(TypeError);
    expect(engine.info(client).stage).toBe("established");
    expect(() => engine.counters(serverContext)).toThrow("No context has the number");
  });
});
