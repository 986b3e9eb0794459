import { describe, expect, it } from "vitest";
import { describeCases } from "./describe-cases.js";

describe("describeCases", () => {
  it("makes one test of each case, in a group", async () => {
    const ran: string[] = [];
    const tests: (() => Promise<void>)[] = [];
    const titles: string[] = [];
    const runner = {
      describe(title: string, body: () => void) {
        titles.push(title);
        body();
      },
      it(title: string, body: () => Promise<void>) {
        titles.push(title);
        tests.push(body);
      },
    };
    const failing = () => {
      throw new Error("it does not");
    };
    describeCases(
      "a thing",
      [
        { title: "works", run: () => void ran.push("works") },
        { title: "lasts", run: failing },
      ],
      runner,
    );
    expect([titles, ran]).toEqual([["a thing", "works", "lasts"], []]);
    await tests[0]?.();
    expect(ran).toEqual(["works"]);
    await expect(tests[1]?.()).rejects.toThrow("it does not");
  });
});
