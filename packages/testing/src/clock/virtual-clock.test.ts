import { describe, expect, it } from "vitest";
import { VirtualClock } from "./virtual-clock.js";

describe("VirtualClock", () => {
  it("stands still until it is advanced", async () => {
    const clock = new VirtualClock(1_000);
    let fired = false;
    clock.setTimer(0, () => {
      fired = true;
    });
    await Promise.resolve();
    expect([clock.nowMs(), fired]).toEqual([1_000, false]);
    await clock.advance(0);
    expect([clock.nowMs(), fired]).toEqual([1_000, true]);
  });

  it("fires timers in the order of their time, then of their setting, each at its own time", async () => {
    const clock = new VirtualClock();
    const fired: [string, number][] = [];
    const set = (name: string, delayMs: number) => clock.setTimer(delayMs, () => fired.push([name, clock.nowMs()]));
    set("late", 20);
    set("first of two", 10);
    set("second of two", 10);
    set("beyond", 31);
    await clock.advance(30);
    expect(fired).toEqual([
      ["first of two", 10],
      ["second of two", 10],
      ["late", 20],
    ]);
    expect([clock.nowMs(), clock.pendingTimers, clock.nextTimerMs]).toEqual([30, 1, 1]);
  });

  it("fires timers that timers set, when they fall due on the way", async () => {
    const clock = new VirtualClock();
    const ticks: number[] = [];
    const tick = () => {
      ticks.push(clock.nowMs());
      clock.setTimer(10, tick);
    };
    clock.setTimer(10, tick);
    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
  });

  it("lets promises settle between two timers", async () => {
    const clock = new VirtualClock();
    const order: string[] = [];
    const sleep = (ms: number) => new Promise<void>((resolve) => clock.setTimer(ms, resolve));
    const worker = sleep(1)
      .then(() => order.push("promise of the first"))
      .then(() => sleep(1))
      .then(() => order.push("promise of the nested"));
    clock.setTimer(3, () => order.push("third"));
    await clock.advance(3);
    await worker;
    expect(order).toEqual(["promise of the first", "promise of the nested", "third"]);
  });

  it("never fires a cancelled timer, and cancelling after firing has no effect", async () => {
    const clock = new VirtualClock();
    let fired = 0;
    const count = () => void fired++;
    clock.setTimer(5, count).cancel();
    const kept = clock.setTimer(5, count);
    await clock.advance(5);
    kept.cancel();
    expect([fired, clock.pendingTimers, clock.nextTimerMs]).toEqual([1, 0, undefined]);
  });

  it("refuses to go back", async () => {
    await expect(new VirtualClock().advance(-1)).rejects.toThrow("cannot be advanced by -1 ms");
    await expect(new VirtualClock().advance(Number.NaN)).rejects.toThrow(RangeError);
  });
});
