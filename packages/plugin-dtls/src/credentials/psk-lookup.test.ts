import { describe, expect, it } from "vitest";
import { faultOfKeys, isIdentity, keyBytes, lookupOf, readIdentity } from "./psk-lookup.js";

describe("pre-shared keys", () => {
  it("are found by identity, and nothing else of the object is", () => {
    const lookUp = lookupOf({ "device-1": "key" });
    expect(["device-1", "device-2", "constructor", "__proto__"].map((identity) => lookUp(identity))).toEqual([
      "key",
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("are texts or bytes of 1 to 64 bytes", () => {
    expect(keyBytes("é")).toEqual(Buffer.from([0xc3, 0xa9]));
    expect(keyBytes(Uint8Array.of(0, 255))).toEqual(Uint8Array.of(0, 255));
    for (const key of ["", "x".repeat(65), new Uint8Array(0), new Uint8Array(65), 5, null, {}]) {
      expect(keyBytes(key)).toBeUndefined();
    }
  });

  it("are refused at boot without being told", () => {
    expect(faultOfKeys({ "device-1": "x".repeat(65) })).toBe(
      'the key of "device-1" is not a text or bytes of 1 to 64 bytes',
    );
    expect(faultOfKeys({ "": "key" })).toMatch(/^identity ""/);
    expect(faultOfKeys({ "a\0": "key" })).toMatch(/NUL/);
    expect(faultOfKeys({ "device-1": Uint8Array.of(1) })).toBeUndefined();
  });
});

describe("identities", () => {
  it("are UTF-8; whoever sends other bytes is nobody", () => {
    expect(readIdentity(Buffer.from("gerät"))).toBe("gerät");
    expect(readIdentity(Uint8Array.of(0x64, 0xff))).toBeUndefined();
    expect(readIdentity(new Uint8Array(0))).toBeUndefined();
  });

  it("have 1 to 255 bytes and no NUL", () => {
    expect([isIdentity("d"), isIdentity("é".repeat(127)), isIdentity("é".repeat(128)), isIdentity("a\0")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
