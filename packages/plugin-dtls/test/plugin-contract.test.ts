import { describePluginContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import { dtls } from "../src/index.js";

const packageJson = new URL("../package.json", import.meta.url);

describePluginContract({ describe, it }, () => dtls({ psk: { "device-1": "secret key" } }), { packageJson });
