import { describe, expect, it } from "vitest";
import { encodeCbor } from "./encode-cbor.js";

const hex = (value: unknown): string => Buffer.from(encodeCbor(value)).toString("hex");

describe("encodeCbor", () => {
  it("writes the same bytes whatever the order of the members", () => {
    expect(hex({ b: 1, a: 2, aa: 3 })).toBe(hex({ aa: 3, a: 2, b: 1 }));
    expect(hex({ b: 1, a: 2, aa: 3 })).toBe("a3616102616201626161" + "03");
  });

  it("leaves members that are undefined out, like JSON", () => {
    expect(hex({ a: undefined, b: 1 })).toBe("a1616201");
    expect(hex([undefined])).toBe("81f7");
  });

  it("honours toJSON, like JSON", () => {
    class Reading {
      constructor(readonly celsius: number) {}
      toJSON(): unknown {
        return { c: this.celsius };
      }
    }
    expect(hex([new Reading(1)])).toBe("81a1616301");
    expect(hex(new Date(0))).toBe(hex("1970-01-01T00:00:00.000Z"));
    expect(hex(new URL("coap://a/"))).toBe(hex("coap://a/"));
  });

  it("writes instances of classes as their members, and buffers as bytes", () => {
    class Point {
      x = 1;
    }
    expect(hex(new Point())).toBe("a1617801");
    expect(hex(Buffer.from([1]))).toBe("4101");
    expect(hex(new Float32Array([1]))).toBe("440000803f");
  });

  it("says what it cannot write", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => encodeCbor(cycle)).toThrow(/CBOR cannot represent this object: .*circular/);
    expect(() => encodeCbor(() => 1)).toThrow(/CBOR cannot represent this function: unsupported type: Function/);
    expect(() => encodeCbor({ a: Symbol("x") })).toThrow(TypeError);
    expect(() => encodeCbor(new Set([1]))).toThrow(/unsupported type: Set/);
  });
});
