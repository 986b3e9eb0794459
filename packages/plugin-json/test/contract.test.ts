import { describeFormatContract, describePluginContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import { json, jsonFormat } from "../src/index.js";

const runner = { describe, it };

describePluginContract(runner, () => json({ maxDepth: 32, patches: true }), {
  packageJson: new URL("../package.json", import.meta.url),
});

describeFormatContract(runner, jsonFormat({ maxDepth: 64, forbiddenKeys: "refuse" }), {
  samples: [{ n: "urn:dev:ow:10e2073a01080063", u: "Cel", v: 23.1 }, ["\u2028", '"\\', "\u{10ffff}"], 1e-7],
  malformed: [
    "",
    " ",
    "{",
    "[1,]",
    "{'a':1}",
    "NaN",
    "01",
    "[1][2]",
    '{"__proto__":{}}',
    Uint8Array.of(0x22, 0xff, 0x22),
  ],
});
