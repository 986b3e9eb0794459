import { describe, expect, it } from "vitest";
import { refusalOf } from "./binding-rules.js";
import type { UdpOptions } from "./udp-options.js";

const refusal = (options: UdpOptions, nodeVersion: string, isClusterWorker = false) =>
  refusalOf(options, { nodeVersion, isClusterWorker });

describe("refusalOf", () => {
  it.each(["20.20.2", "21.9.0", "22.11.9", "23.0.0"])("refuses reusePort on Node %s, which ignores it", (version) => {
    expect(refusal({ reusePort: true }, version)).toMatch(`needs Node 22.12 or newer, and this is ${version}`);
  });

  it.each(["22.12.0", "22.23.1", "23.1.0", "24.0.0", "26.10.0"])("allows reusePort on Node %s", (version) => {
    expect(refusal({ reusePort: true }, version)).toBeUndefined();
  });

  it("refuses a fixed port in a worker of a cluster, unless it reuses the port", () => {
    expect(refusal({ port: 5683 }, "22.12.0", true)).toMatch("set reusePort");
    expect(refusal({ port: 5683, reusePort: true }, "22.12.0", true)).toBeUndefined();
    expect(refusal({ port: 0 }, "22.12.0", true)).toBeUndefined();
    expect(refusal({ port: 5683 }, "22.12.0", false)).toBeUndefined();
  });

  it("refuses multicast together with reusePort", () => {
    expect(refusal({ reusePort: true, multicast: {} }, "24.0.0")).toMatch("exclude each other");
    expect(refusal({ multicast: {} }, "24.0.0")).toBeUndefined();
  });
});
