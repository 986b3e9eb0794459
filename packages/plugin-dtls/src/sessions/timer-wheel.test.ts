import { VirtualClock } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { EngineContext } from "./engine-context.js";
import { Session } from "./session.js";
import { TimerWheel } from "./timer-wheel.js";

const STEP_MS = 50;
const context = new EngineContext(1, false);
const sessionOf = (id: number): Session => new Session(id, context, "server", id);

function wheelOn(clock: VirtualClock) {
  const fired: [id: number, atMs: number][] = [];
  const wheel: TimerWheel = new TimerWheel(clock, (session) => fired.push([session.id, clock.nowMs()]));
  return { wheel, fired };
}

describe("TimerWheel", () => {
  it("fires each session at its time or at most one step later, also beyond a turn of the wheel", async () => {
    const clock = new VirtualClock(123);
    const { wheel, fired } = wheelOn(clock);
    const due = [1, 49, 50, 1_000, 12_799, 12_800, 30_000, 61_234];
    for (const [id, ms] of due.entries()) wheel.schedule(sessionOf(id), 123 + ms);
    expect(wheel.size).toBe(due.length);
    await clock.advance(70_000);
    expect(fired.map(([id]) => id).sort()).toEqual(due.map((_, id) => id));
    for (const [id, atMs] of fired) {
      const late = atMs - 123 - (due[id] as number);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(STEP_MS);
    }
    expect([wheel.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  it("moves and cancels", async () => {
    const clock = new VirtualClock();
    const { wheel, fired } = wheelOn(clock);
    const [a, b, c] = [sessionOf(1), sessionOf(2), sessionOf(3)];
    for (const session of [a, b, c]) wheel.schedule(session, 100);
    wheel.cancel(b);
    wheel.cancel(b);
    wheel.schedule(c, 500);
    await clock.advance(400);
    expect(fired.map(([id]) => id)).toEqual([1]);
    await clock.advance(200);
    expect(fired.map(([id]) => id)).toEqual([1, 3]);
    expect(wheel.size).toBe(0);
  });

  it("lets one that fires cancel another that is due at the same time, and schedule itself anew", async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const [a, b] = [sessionOf(1), sessionOf(2)];
    const wheel: TimerWheel = new TimerWheel(clock, (session) => {
      fired.push(session.id);
      wheel.cancel(session === a ? b : a);
      if (fired.length < 3) wheel.schedule(session, clock.nowMs());
    });
    wheel.schedule(a, 100);
    wheel.schedule(b, 100);
    await clock.advance(1_000);
    expect(fired).toHaveLength(3);
    expect(new Set(fired).size).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it("catches up after time has jumped, and stops", () => {
    let fire: () => void = () => undefined;
    let nowMs = 0;
    let timers = 0;
    const wheel: TimerWheel = new TimerWheel(
      {
        nowMs: () => nowMs,
        setTimer: (_, callback) => {
          timers++;
          fire = callback;
          return { cancel: () => void timers-- };
        },
      },
      () => seen++,
    );
    let seen = 0;
    for (const ms of [10, 5_000, 40_000]) wheel.schedule(sessionOf(ms), ms);
    nowMs = 100_000;
    fire();
    expect([seen, wheel.size]).toEqual([3, 0]);
    wheel.schedule(sessionOf(1), 100_100);
    wheel.stop();
    expect(timers).toBe(1); // the first one has fired
  });
});
