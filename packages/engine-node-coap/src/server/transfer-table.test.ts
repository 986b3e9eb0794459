import { VirtualClock } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { Counters } from "../counters.js";
import { TransferTable } from "./transfer-table.js";

function tableOf() {
  const clock = new VirtualClock();
  const counters = new Counters();
  return {
    clock,
    counters,
    table: new TransferTable<string>(clock, counters, { maxBytes: 10, maxEntriesPerPeer: 2, idleMs: 100 }),
  };
}

describe("TransferTable", () => {
  it("replaces an entry, and counts its bytes once", () => {
    const { table } = tableOf();
    table.put("a", "peer", "first", 4);
    table.put("a", "peer", "second", 6);
    expect(table.get("a")).toBe("second");
    expect([table.size, table.bytes]).toEqual([1, 6]);
  });

  it("makes room by forgetting the longest idle, of the same peer at the peer's limit", () => {
    const { counters, table } = tableOf();
    table.put("x", "other", "x", 1);
    table.put("a", "peer", "a", 4);
    table.put("b", "peer", "b", 4);
    table.put("a", "peer", "a", 4);
    table.put("c", "peer", "c", 2);
    expect(["x", "a", "b", "c"].map((key) => table.get(key))).toEqual(["x", "a", undefined, "c"]);
    table.put("d", "third", "d", 5);
    expect(["x", "a", "c", "d"].map((key) => table.get(key))).toEqual([undefined, undefined, "c", "d"]);
    expect(counters.get("transfersEvicted")).toBe(3);
  });

  it("refuses what could never fit", () => {
    const { table } = tableOf();
    expect(table.put("a", "peer", "a", 11)).toBe(false);
    expect(table.size).toBe(0);
  });

  it("forgets each entry after its own idle time, with one timer", async () => {
    const { clock, table } = tableOf();
    table.put("a", "peer", "a", 1);
    await clock.advance(60);
    table.put("b", "peer", "b", 1);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(40);
    expect([table.get("a"), table.get("b")]).toEqual([undefined, "b"]);
    await clock.advance(60);
    expect([table.size, table.bytes, clock.pendingTimers]).toEqual([0, 0, 0]);
  });
});
