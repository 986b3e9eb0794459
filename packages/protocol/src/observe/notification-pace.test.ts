import { describe, expect, it } from "vitest";
import { NotificationPace } from "./notification-pace.js";

describe("NotificationPace", () => {
  it("lets a NON pass once in an interval while the round-trip time is not known", () => {
    const pace = new NotificationPace(3_000);
    expect([0, 1, 2_999, 3_000, 5_999, 6_000].map((nowMs) => pace.takeNon(nowMs))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it("lets a NON pass once in a round-trip time when that is known, and smooths what it knows", () => {
    const pace = new NotificationPace(3_000);
    pace.sample(0, 80);
    expect([100, 179, 180].map((nowMs) => pace.takeNon(nowMs))).toEqual([true, false, true]);
    pace.sample(200, 440); // 80 + (240 - 80) / 8 = 100
    expect([279, 280].map((nowMs) => pace.takeNon(nowMs))).toEqual([false, true]);
  });

  it("goes back to the interval a minute after the last sample, and when a message was sent again", () => {
    const pace = new NotificationPace(3_000);
    pace.sample(0, 80);
    expect([60_000, 60_079, 60_080, 62_999, 63_000].map((nowMs) => pace.takeNon(nowMs))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    pace.sample(63_000, 63_010);
    pace.forget();
    expect(pace.takeNon(63_100)).toBe(false);
  });

  it("never asks for more than the interval, and for nothing where that is 0", () => {
    const slow = new NotificationPace(3_000);
    slow.sample(0, 20_000);
    expect([20_000, 23_000].map((nowMs) => slow.takeNon(nowMs))).toEqual([true, true]);
    const free = new NotificationPace(0);
    free.sample(0, 500);
    expect([500, 500, 500].map((nowMs) => free.takeNon(nowMs))).toEqual([true, true, true]);
  });
});
