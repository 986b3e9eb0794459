import { describe, expect, it } from "vitest";
import { datagramPathCases } from "./datagram-path.js";

describe("datagramPathCases", () => {
  it("makes no case whose first request is not answered as it should be", async () => {
    const cases = await datagramPathCases(); // each throws otherwise
    expect(cases).toHaveLength(6);
    expect(cases.every(({ isAsync }) => !isAsync)).toBe(true);
  });
});
