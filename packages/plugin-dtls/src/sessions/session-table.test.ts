import { PeerDirectory } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { EngineContext } from "./engine-context.js";
import { Session } from "./session.js";
import { SessionTable } from "./session-table.js";

const context = new EngineContext(1, true);

function fixture() {
  const addresses = new PeerDirectory(8, () => undefined);
  const table = new SessionTable(addresses);
  const at = (port: number) => addresses.intern("10.0.0.1", port);
  let id = 0;
  const begin = (port: number, role: Session["role"] = "server", hasConnectionId = false): Session => {
    const session = new Session(++id, context, role, at(port));
    session.hasConnectionId = hasConnectionId;
    table.add(session);
    return session;
  };
  return { addresses, table, at, begin };
}

describe("SessionTable", () => {
  it("finds a session by the engine's number, by address and, once established, by serial number", () => {
    const { table, at, begin } = fixture();
    const session = begin(1);
    expect([table.byId(session.id), table.handshakeAt(at(1)), table.callerAt(at(1))]).toEqual([
      session,
      session,
      undefined,
    ]);
    expect([table.handshakes, table.established]).toEqual([1, 0]);
    expect(table.establish(session)).toBeUndefined();
    expect([table.handshakeAt(at(1)), table.callerAt(at(1)), table.bySerial(session.serial)]).toEqual([
      undefined,
      session,
      session,
    ]);
    expect([table.handshakes, table.established]).toEqual([0, 1]);
  });

  it("counts serial numbers up, and never uses one again", () => {
    const { table, begin } = fixture();
    const serials = [1, 2, 3].map((port) => {
      const session = begin(port);
      table.establish(session);
      table.remove(session);
      return session.serial;
    });
    expect(serials).toEqual([1, 2, 3]);
    expect(table.bySerial(2)).toBeUndefined();
  });

  it("keeps sessions of both directions at one address apart", () => {
    const { table, at, begin } = fixture();
    const [caller, called] = [begin(1, "server"), begin(1, "client")];
    expect([table.establish(caller), table.establish(called)]).toEqual([undefined, undefined]);
    expect([table.callerAt(at(1)), table.calledAt(at(1))]).toEqual([caller, called]);
    const next = begin(1, "server");
    expect(table.establish(next)).toBe(caller);
    table.remove(caller);
    expect([table.callerAt(at(1)), table.calledAt(at(1))]).toEqual([next, called]);
  });

  it("pins addresses as long as sessions have them", () => {
    const { addresses, table, at, begin } = fixture();
    const [a, b] = [begin(1), begin(2)];
    table.establish(a);
    expect(addresses.counters.pinnedPeers).toBe(2);
    table.move(a, at(3));
    expect(addresses.counters.pinnedPeers).toBe(2);
    expect([table.callerAt(at(1)), table.callerAt(at(3))]).toEqual([undefined, a]);
    for (const session of [a, b]) table.remove(session);
    expect(addresses.counters.pinnedPeers).toBe(0);
    expect(table.all()).toEqual([]);
  });

  it("leaves an address to a session that is found by it alone", () => {
    const { table, at, begin } = fixture();
    const [plain, moving] = [begin(1), begin(2, "server", true)];
    for (const session of [plain, moving]) table.establish(session);
    table.move(moving, at(1));
    expect(table.callerAt(at(1))).toBe(plain);
    table.remove(moving);
    expect(table.callerAt(at(1))).toBe(plain);
  });
});
