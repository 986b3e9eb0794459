import { describe, expect, it } from "vitest";
import { ExpiringMap } from "./expiring-map.js";

describe("ExpiringMap", () => {
  it("gives a value until its time is over", () => {
    const map = new ExpiringMap<string>(2);
    map.set("a", "1", 10, 0);
    expect([map.get("a", 9), map.get("a", 10), map.size]).toEqual(["1", undefined, 0]);
  });

  it("lets the value go at the limit that was not used for the longest, and counts it", () => {
    const map = new ExpiringMap<number>(2);
    for (const key of ["a", "b"]) map.set(key, 1, 100, 0);
    map.get("a", 0);
    expect(map.set("c", 1, 100, 0)).toBe(true);
    expect(["a", "b", "c"].map((key) => map.get(key, 0))).toEqual([1, undefined, 1]);
    expect([map.size, map.evicted]).toEqual([2, 1]);
  });

  it("drops what is over before it lets anything else go", () => {
    const map = new ExpiringMap<number>(2);
    map.set("a", 1, 10, 0);
    map.set("b", 1, 100, 0);
    map.set("c", 1, 100, 10);
    expect([map.size, map.evicted, map.get("b", 10)]).toEqual([2, 0, 1]);
  });

  it("adds nothing at the limit where it must not let anything go, but takes a new value for a key", () => {
    const map = new ExpiringMap<number>(1);
    map.set("a", 1, 10, 0);
    expect([map.set("b", 1, 10, 0, false), map.set("a", 2, 10, 0, false), map.get("a", 0)]).toEqual([false, true, 2]);
  });

  it("drops what a test recognizes, and what it is told to", () => {
    const map = new ExpiringMap<number>(9);
    for (const value of [1, 2, 3, 4]) map.set(`${value}`, value, 10, 0);
    expect([map.deleteWhere((value) => value % 2 === 0), map.delete("1"), map.delete("1"), map.size]).toEqual([
      2,
      true,
      false,
      1,
    ]);
  });
});
