import { describe, expect, it } from "vitest";
import { credentialsFrom, explainPublic, shellNames } from "./credentials.js";

const OWN = { DEMO_KEY: "my-key", DEMO_TOKEN: "my-token" };

describe("credentialsFrom", () => {
  it("has a public key for one device, new ones for the others, and a public token, and says so", () => {
    const credentials = credentialsFrom({ DEMO_KEY: "" });
    expect(credentials).toMatchObject({ keys: { "device-1": "coapkit-demo-key" }, token: "coapkit-demo-token" });
    const { "device-2": key } = credentials.keys;
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect([credentials.keys["device-3"], credentialsFrom({}).keys["device-2"]]).not.toContain(key);
    expect(explainPublic(credentials)).toContain("set DEMO_KEY and DEMO_TOKEN");
  });

  it("takes those of the environment, and does not show them", () => {
    const credentials = credentialsFrom(OWN);
    expect(credentials).toMatchObject({ keys: { "device-1": "my-key" }, token: "my-token" });
    expect(explainPublic(credentials)).toBeUndefined();
    expect(shellNames(credentials)).toEqual({ key: "$DEMO_KEY", token: "$DEMO_TOKEN" });
  });

  it("warns of the one that is missing", () => {
    expect(explainPublic(credentialsFrom({ ...OWN, DEMO_KEY: undefined }))).toMatch(/set DEMO_KEY\.$/);
  });
});
