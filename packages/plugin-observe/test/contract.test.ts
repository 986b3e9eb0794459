import { describePluginContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import { observe } from "../src/index.js";

const packageJson = new URL("../package.json", import.meta.url);

describePluginContract({ describe, it }, () => observe({ confirmable: { every: 3 } }), { packageJson });
