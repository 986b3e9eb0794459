import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";

/** What has been compared, by length. */
const compared: number[] = [];
vi.mock("node:crypto", async (importOriginal) => {
  const crypto = await importOriginal<typeof import("node:crypto")>();
  const timingSafeEqual: typeof crypto.timingSafeEqual = (a, b) => {
    compared.push(a.byteLength);
    return crypto.timingSafeEqual(a, b);
  };
  return { ...crypto, timingSafeEqual };
});
const { cwt, opaque, tokenList } = await import("../src/index.js");
const { EchoValues } = await import("../src/echo/echo-values.js");

beforeEach(() => compared.splice(0));

/** node:crypto compares in a time that depends on the length alone; what is left to see is what it is asked for. */
describe("the time of comparing", () => {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const names = ["first", "middle", "last"];
  const verifier = opaque(tokenList(names.map((name) => ({ sha256: sha256(name), name }))));

  it.each([...names, "firsu", "f", "", "x".repeat(1034)])(
    "a listed token does not depend on the token: %s",
    (token) => {
      expect(verifier.verify(new TextEncoder().encode(token), 0)).toMatchObject({ ok: names.includes(token) });
      expect(compared).toEqual([32, 32, 32]);
    },
  );

  it("a MAC does not depend on the MAC", () => {
    const mac = cwt({ keys: [{ secret: new Uint8Array(32) }], audience: "a" });
    for (const last of [0x00, 0xff]) {
      const token = [0x84, 0x43, 0xa1, 1, 5, 0xa0, 0x41, 0xa0, 0x58, 32, ...new Uint8Array(31), last];
      expect(mac.verify(Uint8Array.from(token), 0)).toEqual({ ok: false, reason: "no key has made the proof" });
    }
    expect(compared).toEqual([32, 32]);
  });

  it("an Echo value does not depend on the value", () => {
    const values = new EchoValues(new Uint8Array(32), 1000);
    const value = values.make("peer", 0);
    const wrong = Uint8Array.from(value, (byte, index) => (index < 10 ? byte : byte ^ 1));
    expect([values.isFresh(value, "peer", 0), values.isFresh(wrong, "peer", 0)]).toEqual([true, false]);
    expect(compared).toEqual([12, 12]);
  });
});
