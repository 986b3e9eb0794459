import { describe, expect, it } from "vitest";
import { resolveAddress } from "./resolve-address.js";

const uri = (host: string, scheme: "coap" | "coaps" = "coap") => ({ scheme, host, port: 5683, path: [], query: [] });

describe("resolveAddress", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1", "udp4"],
    ["0:0:0:0:0:0:0:1", "::1", "udp6"],
    ["fe80:0::1%eth0", "fe80::1%eth0", "udp6"],
  ])("reads %s as the socket will report it", async (host, address, type) => {
    expect(await resolveAddress(uri(host))).toEqual({ address, type });
  });

  it("names the URI that it cannot use", async () => {
    await expect(resolveAddress(uri("127.0.0.1", "coaps"))).rejects.toThrow("coaps://127.0.0.1:5683/");
  });
});
