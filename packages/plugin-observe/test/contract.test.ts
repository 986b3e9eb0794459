import { describePluginContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import { observe } from "../src/index.js";

const packageJson = new URL("../package.json", import.meta.url);

const store = { save: () => undefined, delete: () => undefined, load: () => [] };

describePluginContract({ describe, it }, () => observe({ confirmable: { every: 3 } }), { packageJson });
describe("with everything on", () => {
  const options = { conditions: true, minPeriodS: 60, observers: 10, confirmable: { intervalS: 60 }, store } as const;
  describePluginContract({ describe, it }, () => observe(options), { packageJson });
});
