import { describeFormatContract, describePluginContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import { cbor, cborFormat } from "../src/index.js";

const runner = { describe, it };

describePluginContract(runner, () => cbor({ maxDepth: 32 }), {
  packageJson: new URL("../package.json", import.meta.url),
});

describeFormatContract(runner, cborFormat({ maxDepth: 64 }), {
  samples: [
    { n: "urn:dev:ow:10e2073a01080063", u: "Cel", v: 23.1 },
    new Map<unknown, unknown>([
      [-3, 1],
      ["v", 23.1],
    ]),
    Uint8Array.of(0, 255),
    [1n << 64n, -(1n << 70n), 2n ** 60n],
    [Number.NaN, Number.NEGATIVE_INFINITY, -0, 1e300],
  ],
  malformed: ["", Uint8Array.of(0xff), Uint8Array.of(0x61), Uint8Array.of(0x00, 0x00), Uint8Array.of(0x61, 0xff)],
});
