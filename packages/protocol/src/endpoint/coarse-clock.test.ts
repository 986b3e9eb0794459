import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../test/support/virtual-clock.js";
import { CoarseClock } from "./coarse-clock.js";

describe("CoarseClock", () => {
  it("is at most one second behind, whatever the pauses between readings", async () => {
    const clock = new VirtualClock();
    const coarse = new CoarseClock(clock);
    for (const ms of [0, 1, 999, 1, 500, 1_000, 1_500, 10, 60_000, 3, 999, 2_001]) {
      await clock.advance(ms);
      const exactS = clock.nowMs() / 1_000;
      expect(coarse.nowS()).toBeLessThanOrEqual(exactS);
      expect(coarse.nowS()).toBeGreaterThan(exactS - 2);
      expect(Number.isInteger(coarse.nowS())).toBe(true);
    }
  });

  it("never goes back, and has no timer when nobody reads it", async () => {
    const clock = new VirtualClock();
    const coarse = new CoarseClock(clock);
    let before = coarse.nowS();
    for (let i = 0; i < 50; i++) {
      await clock.advance(130);
      expect(coarse.nowS()).toBeGreaterThanOrEqual(before);
      before = coarse.nowS();
    }
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(2_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it("stops", () => {
    const clock = new VirtualClock();
    const coarse = new CoarseClock(clock);
    coarse.nowS();
    coarse.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
