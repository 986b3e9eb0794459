import { describe, expect, it } from "vitest";
import { type Interfaces, planGroupSockets } from "./multicast-plan.js";

const shared = { netmask: "", mac: "", cidr: null };
const v4 = (address: string, internal = false) => ({ ...shared, family: "IPv4" as const, address, internal });
const v6 = (address: string, scopeid = 0) => ({
  ...shared,
  family: "IPv6" as const,
  address,
  internal: false,
  scopeid,
});

const HOST: Interfaces = {
  lo: [v4("127.0.0.1", true)],
  eth0: [v4("192.0.2.2"), v4("192.0.2.3"), v6("fd00::2"), v6("fe80::1", 2)],
  wlan0: [v4("198.51.100.7")],
  tun0: undefined,
};

describe("planGroupSockets", () => {
  it("joins on every external interface for a wildcard, and by family", () => {
    expect(planGroupSockets({}, "0.0.0.0", HOST)).toEqual([
      { type: "udp4", group: "224.0.1.187", address: "224.0.1.187", interfaces: ["192.0.2.2", "198.51.100.7"] },
    ]);
    expect(planGroupSockets({}, "::", HOST).map(({ address }) => address)).toEqual([
      "224.0.1.187",
      "ff02::fd%eth0",
      "ff05::fd",
    ]);
  });

  it("joins on the interface of the bound address", () => {
    expect(planGroupSockets({}, "fd00::2", HOST)).toEqual([
      { type: "udp6", group: "ff02::fd", address: "ff02::fd%eth0", interfaces: ["::%eth0"] },
      { type: "udp6", group: "ff05::fd", address: "ff05::fd", interfaces: ["::%eth0"] },
    ]);
    expect(planGroupSockets({}, "198.51.100.7", HOST)[0]?.interfaces).toEqual(["198.51.100.7"]);
    expect(planGroupSockets({}, "fe80::1%eth0", HOST)[1]?.interfaces).toEqual(["::%eth0"]);
  });

  it("takes the interface and the groups that it is told", () => {
    const plans = planGroupSockets({ groups: ["239.1.2.3"], interface: "lo" }, "0.0.0.0", HOST);
    expect(plans).toEqual([{ type: "udp4", group: "239.1.2.3", address: "239.1.2.3", interfaces: ["127.0.0.1"] }]);
    expect(planGroupSockets({ interface: "eth9" }, "::", HOST)).toEqual([]);
    expect(planGroupSockets({ groups: ["ff05::fd"], interface: "wlan0" }, "::", HOST)).toEqual([]);
  });
});
