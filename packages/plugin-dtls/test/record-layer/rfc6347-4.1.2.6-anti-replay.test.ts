import { afterEach, describe, expect, it } from "vitest";
import { Flag } from "../../src/native/scratch-layout.js";
import { SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, feed, opened } from "../native-support/harness.js";
import { knownSession } from "./known-session.js";

afterEach(destroyContexts);

const LAST = 2n ** 48n - 1n;

/**
 * Sequence numbers in the order in which they arrive, and of those the ones that are taken. The client's Finished was number 0.
 */
const TABLE: readonly (readonly [string, readonly (bigint | number)[], readonly (bigint | number)[]])[] = [
  ["the number of Finished is used", [0, 1], [1]],
  ["the oldest that fits, when the newest is 64", [64, 1, 1], [64, 1]],
  ["what has just left, when the newest is 65", [65, 1, 2, 2], [65, 2]],
  ["a step of 63", [1, 64, 1, 2, 63, 0], [1, 64, 2, 63]],
  ["a step of 64", [1, 65, 64, 63, 1, 2, 66], [1, 65, 64, 63, 2, 66]],
  ["a step of 65", [1, 66, 65, 64, 1, 2, 3], [1, 66, 65, 64, 3]],
  ["two steps of 32", [10, 42, 74, 10, 11, 42, 41], [10, 42, 74, 11, 41]],
  ["a step beyond 32 bits", [1, 2n ** 33n + 1n, 2, 2n ** 33n, 2n ** 33n], [1, 2n ** 33n + 1n, 2n ** 33n]],
  ["the last number there is", [LAST, LAST, LAST - 63n, LAST - 64n, LAST - 63n, 1], [LAST, LAST - 63n]],
  ["all numbers of a window, backwards, and then again", [...down(70, 7), ...down(70, 7)], [...down(70, 7)]],
];

function down(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, i) => from - i);
}

describe("the replay window", () => {
  it.each(TABLE)("%s", (_title, arriving, taken) => {
    const { pair, toServer } = knownSession();
    const received = arriving.flatMap((sequence) => opened(pair.server, toServer(sequence, `${sequence}`)));
    expect(received).toEqual(taken.map((sequence) => `${sequence}`));
    expect(engine.counters(pair.serverContext).droppedReplayed).toBe(arriving.length - taken.length);
    expect(engine.info(pair.server).authenticationFailures).toBe(0);
  });

  it("behaves as a list of all numbers does, for 2,000 steps of any width", () => {
    const { pair, toServer } = knownSession();
    const seen = new Set([0]);
    let newest = 0;
    for (let step = 1; step <= 2_000; step++) {
      const sequence = Math.max(0, newest + ((step * 7_919) % 170) - 100);
      const isTaken = !seen.has(sequence) && sequence > newest - 64;
      const { flags } = feed(pair.server, toServer(sequence, ""));
      const isNewest = sequence > newest ? Flag.newest : 0;
      expect(flags, `number ${sequence} after ${newest}`).toBe(isTaken ? Flag.authenticated | isNewest : 0);
      if (isTaken) seen.add(sequence);
      newest = Math.max(newest, isTaken ? sequence : 0);
    }
  });
});

describe.each(SUITES)("the replay window, %s", (suite) => {
  it.each([undefined, 8])("moves with authentic records alone (connection ID: %s)", (lengthBytes) => {
    const { pair, toServer } = knownSession(suite, lengthBytes === undefined ? undefined : { lengthBytes });
    for (const sequence of [1n, 1_000n, LAST]) {
      const forged = toServer(sequence, "forged");
      forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 0x80;
      expect(feed(pair.server, forged).flags).toBe(0);
    }
    expect(engine.counters(pair.serverContext)).toMatchObject({ droppedForged: 3, droppedReplayed: 0 });
    expect(opened(pair.server, toServer(1, "first"))).toEqual(["first"]);
  });

  it("does not let a number be changed", () => {
    const { pair, toServer } = knownSession(suite);
    const renumbered = toServer(5, "five");
    renumbered[10] = 6;
    expect(feed(pair.server, renumbered).flags).toBe(0);
  });
});
