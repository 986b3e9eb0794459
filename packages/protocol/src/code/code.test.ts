import { describe, expect, it } from "vitest";
import { Code, codeClass, isRequestCode, isResponseCode, isSuccessCode } from "./code.js";
import { codeName, formatCode, parseCode } from "./code-text.js";
import { isIdempotentMethod, isSafeMethod, Method, methodName } from "./method.js";

const ALL_BYTES = Array.from({ length: 256 }, (_, code) => code);

describe("classes of codes", () => {
  it("splits the 256 bytes into requests, responses and neither", () => {
    for (const code of ALL_BYTES) {
      const dotted = Number(formatCode(code));
      expect(codeClass(code)).toBe(Math.floor(dotted));
      expect(isRequestCode(code)).toBe(dotted > 0 && dotted < 1);
      expect(isResponseCode(code)).toBe(dotted >= 2 && dotted < 6);
      expect(isSuccessCode(code)).toBe(dotted >= 2 && dotted < 3);
    }
  });

  it("counts the Empty code as neither request nor response", () => {
    expect(isRequestCode(Code.Empty)).toBe(false);
    expect(isResponseCode(Code.Empty)).toBe(false);
  });
});

describe("text of codes", () => {
  it("reads back what it writes, for every byte", () => {
    for (const code of ALL_BYTES) expect(parseCode(formatCode(code))).toBe(code);
  });

  it.each(["", "2.5", "2.005", "8.00", "2.32", "2.99", "-2.05", " 2.05", "2.05\n", "2,05", "GET"])(
    "does not take %j for a code",
    (text) => expect(parseCode(text)).toBeUndefined(),
  );

  it("refuses to write what is not a byte", () => {
    for (const code of [-1, 256, 1.5, Number.NaN]) expect(() => formatCode(code)).toThrow(RangeError);
  });

  it("names known codes only", () => {
    for (const [name, code] of Object.entries(Code)) expect(codeName(code)).toBe(name);
    const known = new Set<number>(Object.values(Code));
    for (const code of ALL_BYTES) expect(codeName(code) !== undefined).toBe(known.has(code));
  });
});

describe("methods", () => {
  it("names the seven methods and nothing else", () => {
    for (const [name, code] of Object.entries(Method)) expect(methodName(code)).toBe(name);
    expect(ALL_BYTES.filter((code) => methodName(code) !== undefined)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("knows which are safe and which are idempotent", () => {
    const safe = ALL_BYTES.filter(isSafeMethod).map(methodName);
    const idempotent = ALL_BYTES.filter(isIdempotentMethod).map(methodName);
    expect(safe).toEqual(["GET", "FETCH"]);
    expect(idempotent).toEqual(["GET", "PUT", "DELETE", "FETCH", "IPATCH"]);
  });
});
