import { Code } from "@coapkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conditions } from "./conditions.js";
import { NotificationGate, type Sample } from "./notification-gate.js";

const sample = (value: number | boolean, isNews = true): Sample => ({
  response: { code: Code.Content, contentFormat: 0, options: [], payload: String(value) },
  value,
  isNews,
});

/** Offers values one second apart. @returns those that were sent, the first being the registration's */
function sent(conditions: Conditions, ...values: readonly (number | boolean)[]): unknown[] {
  const [first, ...others] = values;
  const gate = new NotificationGate(conditions, first, 0);
  return others.filter((value, index) => gate.offer(sample(value), 1000 * (index + 1)) !== undefined);
}

describe("NotificationGate (draft-ietf-core-conditional-attributes-12)", () => {
  it("tells every change where nothing is said of values", () => {
    expect(sent({ con: true }, 1, 1, 2)).toEqual([1, 2]);
  });

  it("c.gt tells each crossing of the limit, in both directions", () => {
    expect(sent({ gt: 25 }, 18.5, 20, 25, 25.1, 30, 26, 25, 20)).toEqual([25.1, 25]);
  });

  it("c.lt tells each crossing of the limit, in both directions", () => {
    expect(sent({ lt: 5 }, 8, 5, 4.9, 1, 4, 5, 9)).toEqual([4.9, 5]);
  });

  it("c.st tells steps from the last value told", () => {
    expect(sent({ st: 1 }, 10, 10.5, 10.9, 11, 11.5, 10.1, 10)).toEqual([11, 10]);
  });

  it("c.st counts in decimals, whatever doubles make of them", () => {
    expect(sent({ st: 0.1 }, 21.3, 21.4, 21.45, 21.5)).toEqual([21.4, 21.5]);
    expect(sent({ st: 0.1 }, 0.2, 0.3, 0.39999, 0.4)).toEqual([0.3, 0.4]);
  });

  it("c.edge together with a limit tells where either is met", () => {
    expect(sent({ edge: true, gt: 0.5 }, 0, 1, 1, 0)).toEqual([1, 0]);
  });

  it("c.band with c.gt below c.lt tells every value between, the limits included", () => {
    expect(sent({ band: true, gt: 10, lt: 20 }, 0, 9, 10, 15, 15, 20, 21)).toEqual([10, 15, 15, 20]);
  });

  it("c.band with c.gt above c.lt tells every value outside, the limits excluded", () => {
    expect(sent({ band: true, gt: 20, lt: 10 }, 15, 9, 10, 15, 20, 21, 22)).toEqual([9, 21, 22]);
  });

  it("c.band with one limit: c.lt is the least value, c.gt the greatest", () => {
    expect(sent({ band: true, lt: 10 }, 0, 9, 10, 30)).toEqual([10, 30]);
    expect(sent({ band: true, gt: 10 }, 30, 11, 10, 3)).toEqual([10, 3]);
  });

  it("tells where any of several conditions is met", () => {
    expect(sent({ gt: 25, lt: 5, st: 10 }, 10, 15, 20, 26, 4)).toEqual([20, 26, 4]);
  });

  it("c.edge tells one kind of edge, of booleans and of 0 and 1", () => {
    expect(sent({ edge: true }, false, true, true, false, true)).toEqual([true, true]);
    expect(sent({ edge: false }, true, true, false, true, false)).toEqual([false, false]);
    expect(sent({ edge: true }, 0, 1, 1, 0)).toEqual([1]);
  });

  it("c.pmin holds the newest notable value back, and lets go of it where it is none any more", () => {
    const gate = new NotificationGate({ pminMs: 10_000, gt: 25 }, 20, 0);
    expect(gate.dueMs).toBeUndefined();
    expect(gate.offer(sample(26), 1000)).toBeUndefined();
    expect(gate.offer(sample(27), 2000)).toBeUndefined();
    expect(gate.dueMs).toBe(10_000);
    expect(gate.offer(sample(24), 3000)).toBeUndefined();
    expect(gate.dueMs).toBeUndefined();
    gate.offer(sample(28), 4000);
    expect(gate.expire(9999)).toBeUndefined();
    expect(gate.expire(10_000)).toMatchObject({ value: 28 });
    expect(gate.dueMs).toBeUndefined();
    expect(gate.offer(sample(20), 20_000)).toMatchObject({ value: 20 });
  });

  it("c.pmin holds an edge back, whatever comes after it", () => {
    const gate = new NotificationGate({ pminMs: 10_000, edge: true }, false, 0);
    gate.offer(sample(true), 1000);
    gate.offer(sample(false), 2000);
    expect(gate.expire(10_000)).toMatchObject({ value: true });
  });

  it("c.pmax asks for a sample, and tells it whatever it is", () => {
    const gate = new NotificationGate({ pmaxMs: 20_000, gt: 25 }, 20, 0);
    expect(gate.dueMs).toBe(20_000);
    expect(gate.expire(20_000)).toBe("sample");
    expect([gate.isAwaiting, gate.dueMs, gate.expire(21_000)]).toEqual([true, undefined, undefined]);
    expect(gate.offer(sample(20, false), 21_000)).toMatchObject({ value: 20 });
    expect([gate.isAwaiting, gate.dueMs]).toEqual([false, 41_000]);
  });

  it("c.epmin looks no earlier, and then at the newest value", () => {
    const gate = new NotificationGate({ epminMs: 5000, st: 1 }, 10, 0);
    expect(gate.offer(sample(12), 1000)).toBeUndefined();
    expect(gate.offer(sample(13), 2000)).toBeUndefined();
    expect(gate.dueMs).toBe(5000);
    expect(gate.expire(5000)).toMatchObject({ value: 13 });
    expect(gate.offer(sample(20), 6000)).toBeUndefined();
    expect(gate.expire(10_000)).toMatchObject({ value: 20 });
  });

  it("c.epmax asks for a sample, and tells it only where the conditions are met", () => {
    const gate = new NotificationGate({ epmaxMs: 5000, st: 1 }, 10, 0);
    expect(gate.expire(5000)).toBe("sample");
    expect(gate.offer(sample(10.5, false), 5000)).toBeUndefined();
    expect(gate.dueMs).toBe(10_000);
    expect(gate.expire(10_000)).toBe("sample");
    expect(gate.offer(sample(12), 10_000)).toMatchObject({ value: 12 });
  });

  it("c.pmax comes before c.epmin", () => {
    const gate = new NotificationGate({ epminMs: 60_000, pmaxMs: 10_000 }, 1, 0);
    expect(gate.expire(10_000)).toBe("sample");
    expect(gate.offer(sample(1, false), 10_000)).toMatchObject({ value: 1 });
  });

  it("tells news whose value is not what the conditions need", () => {
    const gate = new NotificationGate({ gt: 25 }, 20, 0);
    expect(gate.offer({ ...sample(1), value: undefined }, 1)).toMatchObject({ value: undefined });
    expect(gate.offer({ ...sample(1, false), value: undefined }, 2)).toBeUndefined();
  });

  it("keeps to c.pmin and c.pmax whatever comes when, and comes to an end each time", () => {
    const period = fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined });
    const step = fc.record({ afterMs: fc.nat(20), value: fc.integer({ min: 0, max: 9 }) });
    const property = fc.property(period, period, period, period, fc.array(step), (pmin, pmax, epmin, epmax, steps) => {
      fc.pre(pmin === undefined || pmax === undefined || pmin <= pmax);
      fc.pre(epmin === undefined || epmax === undefined || epmin < epmax);
      const conditions = { pminMs: pmin, pmaxMs: pmax, epminMs: epmin, epmaxMs: epmax, gt: 4 } as Conditions;
      const gate = new NotificationGate(conditions, 0, 0);
      const sentMs = [0];
      let nowMs = 0;
      let current = 0;
      let turns = 0;
      const note = (released: Sample | undefined) => released !== undefined && sentMs.push(nowMs);
      const expireUntil = (untilMs: number) => {
        for (let dueMs = gate.dueMs; dueMs !== undefined && dueMs <= untilMs; dueMs = gate.dueMs) {
          turns = dueMs > nowMs ? 1 : turns + 1;
          expect([dueMs >= nowMs, turns <= 3]).toEqual([true, true]);
          nowMs = dueMs;
          const due = gate.expire(nowMs);
          note(due === "sample" ? gate.offer(sample(current, false), nowMs) : due);
        }
      };
      for (const { afterMs, value } of steps) {
        const untilMs = nowMs + afterMs;
        expireUntil(untilMs);
        nowMs = untilMs;
        current = value;
        note(gate.offer(sample(value), nowMs));
      }
      const gaps = sentMs.slice(1).map((ms, index) => ms - (sentMs[index] as number));
      expect(gaps.filter((gap) => gap < (pmin ?? 0) || gap > (pmax ?? Number.POSITIVE_INFINITY))).toEqual([]);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});
