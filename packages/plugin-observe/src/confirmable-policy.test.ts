import { describe, expect, it } from "vitest";
import { type ConfirmablePolicy, confirmablePolicy, isConfirmable } from "./confirmable-policy.js";

describe("isConfirmable", () => {
  const numbers = [1, 2, 3, 4, 5, 6];
  const chosen = (policy: ConfirmablePolicy) => numbers.filter((n) => isConfirmable(policy, n, n * 1000));

  it.each<[ConfirmablePolicy, number[]]>([
    ["always", numbers],
    ["never", []],
    [{ every: 3 }, [3, 6]],
    [{ intervalS: 4 }, [4, 5, 6]],
  ])("%j", (policy, expected) => expect(chosen(policy)).toEqual(expected));
});

describe("confirmablePolicy", () => {
  it("takes one way to choose", () => {
    const { accepts } = confirmablePolicy();
    expect(["always", "never", { every: 1 }, { intervalS: 60 }].every(accepts)).toBe(true);
    const malformed = ["", null, {}, { every: 0 }, { every: 1.5 }, { intervalS: 0 }, { every: 1, intervalS: 1 }, [1]];
    expect(malformed.some(accepts)).toBe(false);
  });
});
