import { describeFormatContract, describePluginContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import { senml, senmlCborFormat, senmlJsonFormat } from "../src/index.js";
import { NOW_S, SETTINGS } from "./settings.js";

const runner = { describe, it };

describePluginContract(runner, () => senml({ baseName: "urn:dev:mac:0024befffe804ff1:" }), {
  packageJson: new URL("../package.json", import.meta.url),
});

const name = "urn:dev:ow:10e2073a01080063";
const samples = [
  [{ n: name, u: "Cel", t: NOW_S, v: 23.1 }],
  [
    { n: name, t: NOW_S - 1, vs: "21.5 °C, 日本, 🌡" },
    { n: `${name}:open`, t: NOW_S, vb: false },
    { n: `${name}/raw`, t: NOW_S, vd: Uint8Array.of(0, 255, 62, 63) },
    { n: "1", u: "W", t: NOW_S + 0.5, ut: 60, v: -1e-300, s: 2 ** 60 },
  ],
  [{ bver: 5, n: "a", t: 2 ** 28, s: 0 }],
];

describeFormatContract(runner, senmlJsonFormat(SETTINGS), {
  samples,
  malformed: [
    "",
    "{}",
    "[]",
    "[1]",
    "[[]]",
    "[{}]",
    '[{"n":"a"}]',
    '[{"v":1}]',
    '[{"n":"a","v":1e999}]',
    '[{"n":"a","v":1,"__proto__":{}}]',
  ],
});

describeFormatContract(runner, senmlCborFormat(SETTINGS), {
  samples,
  malformed: ["", Uint8Array.of(0x80), Uint8Array.of(0x81, 0xa0), Uint8Array.of(0xa0), Uint8Array.of(0x81, 0x00)],
});

for (const decodeAs of ["readings", "groups"] as const) {
  const reading = { name, value: 23.1, unit: "Cel", time: NOW_S };
  const format = senmlCborFormat({ ...SETTINGS, decodeAs });
  describeFormatContract(
    runner,
    { ...format, mediaType: "application/senml+cbor" },
    {
      samples: [[reading]],
      assertSame: (decoded, sample) => {
        const expected = decodeAs === "readings" ? sample : [{ name, readings: sample }];
        if (JSON.stringify(decoded) !== JSON.stringify(expected)) throw new Error(JSON.stringify(decoded));
      },
    },
  );
}
