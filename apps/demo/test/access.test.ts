import type { App, InjectRequest } from "@coapkit/core";
import { assertAllGuarded } from "@coapkit/plugin-auth";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDemoApp } from "../src/app.js";

const ELSEWHERE = { address: "192.0.2.7", key: "elsewhere" };
const token = (text: string) => ({ options: [{ number: 65_003, value: Buffer.from(text) }] });

const CALLERS: Readonly<Record<string, Partial<InjectRequest>>> = {
  "a stranger": { peer: ELSEWHERE },
  "a stranger on this machine": {},
  "a device": { peer: { ...ELSEWHERE, scheme: "coaps", principal: { source: "psk", name: "device-1" } } },
  "an operator": { peer: ELSEWHERE, ...token("coapkit-demo-token") },
  "somebody with a wrong token": token("wrong"),
};

describe("access", () => {
  let app: App;
  beforeEach(async () => {
    app = await createDemoApp({ logging: { level: "silent" } });
  });
  afterEach(() => app.close());

  it.each([
    ["a stranger", ["2.05", "4.01", "4.01", "4.01"]],
    ["a stranger on this machine", ["2.05", "2.04", "2.04", "4.01"]],
    ["a device", ["2.05", "2.04", "4.03", "4.03"]],
    ["an operator", ["2.05", "2.04", "2.04", "2.04"]],
    ["somebody with a wrong token", ["2.05", "4.01", "4.01", "4.01"]],
  ])("for %s who reads, posts a reading, changes a sensor and a room: %j", async (caller, codes) => {
    const sensor = "/sensors/kitchen-temperature";
    const requests: readonly InjectRequest[] = [
      { method: "GET", path: "/rooms" },
      { method: "POST", path: `${sensor}/readings`, payload: { value: 21 } },
      { method: "PUT", path: sensor, payload: { room: "kitchen", kind: "temperature" } },
      { method: "PUT", path: "/rooms/kitchen", payload: { name: "Kitchen" } },
    ];
    const replies = await Promise.all(requests.map((request) => app.inject({ ...request, ...CALLERS[caller] })));
    expect(replies.map(({ code }) => code)).toEqual(codes);
  });

  it("is said of every route", async () => {
    await app.ready();
    expect(() => assertAllGuarded(app)).not.toThrow();
  });
});
