import { describe, expect, it } from "vitest";
import {
  findBadOption,
  isCritical,
  type OptionEntry,
  OptionNumber,
  OptionRegistry,
  OptionsView,
} from "../src/index.js";

const registry = new OptionRegistry();
const bad = (...entries: OptionEntry[]) => findBadOption(OptionsView.of(entries), registry);
const ofLength = (number: number, length: number) => ({ number, value: new Uint8Array(length).fill(0x61) });

describe("RFC 7252 §5.4.1 critical and elective", () => {
  it("refuses every critical option that is unknown, and ignores every elective one", () => {
    for (let number = 0; number <= 65535; number += number < 400 ? 1 : 997) {
      if (registry.get(number) !== undefined) continue;
      expect(bad({ number, value: 1 })).toBe(isCritical(number) ? number : -1);
    }
  });

  it.each([OptionNumber.OSCORE, OptionNumber.EDHOC, OptionNumber.QBlock1, OptionNumber.QBlock2])(
    "refuses option %d, which the endpoint does not speak",
    (number) => expect(bad({ number, value: 1 })).toBe(number),
  );
});

describe("RFC 7252 §5.4.3 length", () => {
  it.each([...registry].filter(({ number }) => isCritical(number)))(
    "refuses $name outside $minLength to $maxLength bytes",
    ({ number, minLength, maxLength }) => {
      expect(bad(ofLength(number, minLength))).toBe(-1);
      expect(bad(ofLength(number, maxLength))).toBe(-1);
      expect(bad(ofLength(number, maxLength + 1))).toBe(number);
      if (minLength > 0) expect(bad(ofLength(number, minLength - 1))).toBe(number);
    },
  );

  it.each([...registry].filter(({ number }) => !isCritical(number)))(
    "ignores $name of a wrong length",
    (definition) => {
      expect(bad(ofLength(definition.number, definition.maxLength + 1))).toBe(-1);
    },
  );
});

describe("RFC 7252 §5.4.5 repeatable options", () => {
  it.each([...registry].filter(({ number }) => isCritical(number)))(
    "takes $name twice: $repeatable",
    ({ number, minLength, repeatable }) => {
      const twice = [ofLength(number, minLength), ofLength(number, minLength)];
      expect(bad(...twice)).toBe(repeatable ? -1 : number);
    },
  );
});

describe("RFC 7252 §5.10 Table 4", () => {
  it("is what the registry starts with", () => {
    const repeatable = [...registry].filter((definition) => definition.repeatable).map(({ name }) => name);
    expect(repeatable).toEqual([
      "If-Match",
      "ETag",
      "Location-Path",
      "Uri-Path",
      "Uri-Query",
      "Location-Query",
      "Request-Tag", // RFC 9175 §3.2
    ]);
    expect(registry.byName("Proxy-Uri")).toMatchObject({ number: 35, format: "string", minLength: 1, maxLength: 1034 });
    expect(registry.byName("If-None-Match")).toMatchObject({ number: 5, format: "empty", minLength: 0, maxLength: 0 });
  });
});
