import { content } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { sampledValue } from "./sampled-value.js";

describe("sampledValue", () => {
  it.each([
    [21.5, 21.5],
    [true, true],
    [7n, 7],
    ["21.5", 21.5],
    [" -3e2\n", -300],
    ["false", false],
    [{ value: 21.5, unit: "C" }, 21.5],
    [{ value: "on" }, undefined],
    [[{ n: "t", v: 21.5 }], 21.5],
    [[{ bn: "dev/" }, { n: "t", vb: true }, { v: 1 }], true],
    [{ bv: 20, v: 1.5 }, 21.5],
    [content("21"), 21],
    [content({ value: 3 } as never), 3],
    [Number.NaN, undefined],
    ["21 C", undefined],
    ["", undefined],
    [Uint8Array.of(1), undefined],
    [[], undefined],
    [null, undefined],
    [undefined, undefined],
  ])("%o is %o", (result, value) => expect(sampledValue(result)).toBe(value));
});
