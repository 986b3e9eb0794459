import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { canonicalAddress, isAddress, isWildcard, mapped, unmapped } from "./address.js";
import { BindError } from "./bind-error.js";

describe("addresses", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["fe80:0::1%no-such", "fe80::1%no-such"],
  ])("%s is written %s by sockets", (address, canonical) => {
    expect(canonicalAddress(address)).toBe(canonical);
  });

  it("name a zone that is a number by its interface", () => {
    for (const [name, entries] of Object.entries(networkInterfaces())) {
      const scoped = entries?.find((entry) => entry.family === "IPv6" && entry.scopeid !== 0);
      if (scoped?.family === "IPv6") expect(canonicalAddress(`fe80::1%${scoped.scopeid}`)).toBe(`fe80::1%${name}`);
    }
    expect(canonicalAddress("fe80::1%4000000000")).toBe("fe80::1%4000000000");
  });

  it("go to IPv6 sockets and come from them in mapped form, where they are IPv4", () => {
    expect(mapped("192.0.2.1")).toBe("::ffff:192.0.2.1");
    expect(mapped("2001:db8::1")).toBe("2001:db8::1");
    expect(unmapped("::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(unmapped("::ffff:1")).toBe("::ffff:1");
  });

  it("are told from names and wildcards", () => {
    expect(["192.0.2.1", "::1", "fe80::1%eth0", "localhost", "[::1]"].map(isAddress)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(["::", "0.0.0.0", "::1"].map(isWildcard)).toEqual([true, true, false]);
  });
});

describe("BindError", () => {
  it.each([
    ["EACCES", "127.0.0.1", "Cannot bind 127.0.0.1:80: EACCES, this user may not; ports below 1024 need a privilege."],
    ["EAFNOSUPPORT", "::", /^Cannot bind \[::\]:80: EAFNOSUPPORT, .*bind 0\.0\.0\.0 where IPv6 is missing\.$/],
    ["EOTHER", "::", "Cannot bind [::]:80: EOTHER, Error: what the system said."],
  ])("says what to do about %s", (code, address, message) => {
    const cause = Object.assign(new Error("what the system said"), { code });
    const error = BindError.from(address, 80, cause);
    expect(error).toMatchObject({ code: "COAPKIT_ERR_BIND", address, port: 80, cause });
    expect(error.message).toMatch(message);
  });
});
