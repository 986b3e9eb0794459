import { describe, expect, it } from "vitest";
import { canReach } from "./reach.js";

const reaches = (address: string, host: string) => canReach({ scheme: "coap", address, port: 5683 }, host);

describe("canReach", () => {
  it.each(["127.0.0.1", "10.0.0.7", "::1", "2001:db8::1", "device.example"])("the IPv6 wildcard reaches %s", (host) => {
    expect(reaches("::", host)).toBe(true);
  });

  it("the IPv4 wildcard reaches IPv4 addresses only", () => {
    expect(["10.0.0.7", "127.0.0.1", "::1", "device.example"].map((host) => reaches("0.0.0.0", host))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("a loopback address reaches its own interface and family", () => {
    expect(["127.0.0.2", "10.0.0.7", "::1"].map((host) => reaches("127.0.0.1", host))).toEqual([true, false, false]);
    expect(["::1", "2001:db8::1"].map((host) => reaches("::1", host))).toEqual([true, false]);
  });

  it("an address of an interface reaches its family, but no loopback address and no name", () => {
    const hosts = ["10.0.0.7", "127.0.0.1", "2001:db8::1", "localhost"];
    expect(hosts.map((host) => reaches("192.168.0.5", host))).toEqual([true, false, false, false]);
  });
});
