import { describe, expect, it } from "vitest";
import { seededRandom } from "./seeded-random.js";

describe("seededRandom", () => {
  it("gives the same for the same seed, and something else for the next one", () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return [random.fraction(), ...random.bytes(8), random.fraction()];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it.each([0, 1, 2, -1, 2 ** 32 - 1])("is evenly distributed from seed %i on", (seed) => {
    const random = seededRandom(seed);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
      counts[Math.floor(fraction * 10)] = (counts[Math.floor(fraction * 10)] as number) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(250);
    const bytes = random.bytes(4_096);
    expect(bytes).toHaveLength(4_096);
    expect(new Set(bytes).size).toBe(256);
  });

  it("starts differently for neighbouring seeds", () => {
    const firsts = Array.from({ length: 100 }, (_, seed) => seededRandom(seed).fraction());
    expect(firsts.filter((fraction) => fraction < 0.5).length).toBeGreaterThan(30);
    expect(firsts.filter((fraction) => fraction < 0.5).length).toBeLessThan(70);
  });
});
