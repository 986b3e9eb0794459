import { describe, expect, it } from "vitest";
import { parseCoreList, pinned } from "./pinning.js";

describe("parseCoreList", () => {
  it("reads single processors and ranges", () => {
    expect(parseCoreList("0-2,5,7-8")).toEqual([0, 1, 2, 5, 7, 8]);
    expect(parseCoreList("3")).toEqual([3]);
    expect(parseCoreList("")).toEqual([]);
  });
});

describe("pinned", () => {
  it("puts taskset before the command, where there is a processor to pin to", () => {
    expect(pinned(1, ["node", "x.js"])).toEqual(["taskset", "-c", "1", "node", "x.js"]);
    expect(pinned(undefined, ["node", "x.js"])).toEqual(["node", "x.js"]);
  });
});
