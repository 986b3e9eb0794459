import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "./system-clock.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("calls back once after the delay, unless it was cancelled", () => {
  const fired: string[] = [];
  systemClock.setTimer(10, () => fired.push("kept"));
  systemClock.setTimer(5, () => fired.push("cancelled")).cancel();
  vi.advanceTimersByTime(9);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(100);
  expect([fired, vi.getTimerCount()]).toEqual([["kept"], 0]);
});

it("goes on in milliseconds", () => {
  const before = systemClock.nowMs();
  vi.advanceTimersByTime(250);
  expect(systemClock.nowMs() - before).toBe(250);
});
