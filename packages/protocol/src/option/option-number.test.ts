import { describe, expect, it } from "vitest";
import { isCritical, isNoCacheKey, isUnsafeToForward, OptionNumber } from "./option-number.js";

/** C, U and N columns of the tables in RFC 7252, 7641, 7959, 7967, 8613, 8768, 9175, 9177 and 9668. */
const PROPERTIES: Record<keyof typeof OptionNumber, string> = {
  IfMatch: "C",
  UriHost: "CU",
  ETag: "",
  IfNoneMatch: "C",
  Observe: "U",
  UriPort: "CU",
  LocationPath: "",
  OSCORE: "C",
  UriPath: "CU",
  ContentFormat: "",
  MaxAge: "U",
  UriQuery: "CU",
  HopLimit: "",
  Accept: "C",
  QBlock1: "CU",
  LocationQuery: "",
  EDHOC: "C",
  Block2: "CU",
  Block1: "CU",
  Size2: "N",
  QBlock2: "CU",
  ProxyUri: "CU",
  ProxyScheme: "CU",
  Size1: "N",
  Echo: "N",
  NoResponse: "U",
  RequestTag: "",
};

describe("properties of option numbers", () => {
  it.each(Object.entries(PROPERTIES))("%s is %j", (name, expected) => {
    const number = OptionNumber[name as keyof typeof OptionNumber];
    const found =
      (isCritical(number) ? "C" : "") + (isUnsafeToForward(number) ? "U" : "") + (isNoCacheKey(number) ? "N" : "");
    expect(found).toBe(expected);
  });
});
