import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.js";
import { DeadlineList } from "./deadline-list.js";

describe("DeadlineList", () => {
  let clock: FakeClock;
  let due: string[];
  let list: DeadlineList<Entry>;

  class Entry {
    previous: Entry | undefined = undefined;
    next: Entry | undefined = undefined;
    dueMs = 0;
    constructor(readonly name: string) {}
  }
  const [a, b, c] = ["a", "b", "c"].map((name) => new Entry(name)) as [Entry, Entry, Entry];

  beforeEach(() => {
    clock = new FakeClock();
    due = [];
    list = new DeadlineList<Entry>(clock, 10, ({ name }) => void due.push(name));
    for (const entry of [a, b, c]) list.add(entry, clock.nowMs());
  });

  it.each([
    [[a], ["b", "c"]],
    [[b], ["a", "c"]],
    [[c], ["a", "b"]],
    [[b, c], ["a"]],
    [[b, a], ["c"]],
    [[c, b, a], []],
  ])("unlinks from anywhere, in any order, and again without harm", (removed, left) => {
    for (const entry of removed) list.remove(entry);
    for (const entry of removed) list.remove(entry);
    expect(clock.pending).toBe(1);
    clock.advance(10);
    expect([due, clock.pending]).toEqual([left, 0]);
  });

  it("ends everything at once when asked to", () => {
    list.expireAll();
    expect(due).toEqual(["a", "b", "c"]);
    list.stop();
    expect(clock.pending).toBe(0);
  });

  it("runs one timer for all that come and go while it runs", () => {
    for (const entry of [a, b, c, a, b, c]) {
      list.remove(entry);
      list.add(entry, clock.nowMs());
    }
    expect(clock.pending).toBe(1);
  });

  it("keeps no timer too few: what is added later is due later", () => {
    clock.advance(6);
    const d = new Entry("d");
    list.add(d, clock.nowMs());
    clock.advance(4);
    expect([due, clock.pending]).toEqual([["a", "b", "c"], 1]);
    clock.advance(6);
    expect([due, clock.pending]).toEqual([["a", "b", "c", "d"], 0]);
  });
});
