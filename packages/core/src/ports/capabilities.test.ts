import { expect, it } from "vitest";
import { CAPABILITY_NAMES, capabilities } from "./capabilities.js";

it("supports everything but what is named with a reason, frozen throughout", () => {
  const declared = capabilities({ noResponse: "not read" });
  expect(Object.keys(declared)).toEqual([...CAPABILITY_NAMES]);
  expect(declared.noResponse).toEqual({ supported: false, reason: "not read" });
  expect(CAPABILITY_NAMES.filter((name) => declared[name].supported)).toHaveLength(CAPABILITY_NAMES.length - 1);
  expect([Object.isFrozen(declared), Object.isFrozen(declared.server)]).toEqual([true, true]);
});
