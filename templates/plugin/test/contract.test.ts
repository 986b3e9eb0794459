import { describe, it } from "node:test";
import { describeFormatContract, describePluginContract } from "@coapkit/testing";
import { csvFormat } from "../src/csv-format.js";
import { csv } from "../src/index.js";

const runner = { describe, it };
const packageJson = new URL("../../package.json", import.meta.url);

describePluginContract(runner, () => csv({ delimiter: ";" }), { packageJson });

describeFormatContract(runner, csvFormat({ delimiter: ",", maxRows: 100 }), {
  samples: [
    [{ id: "1", celsius: "21.5" }],
    [
      { name: 'say "hi"', text: "two\r\nlines" },
      { name: "a,b", text: "" },
    ],
    [JSON.parse('{"__proto__":"a column like any other"}')],
  ],
  malformed: ["", '"open', '"a"b\n', "a,a\n1,2\n", "a,b\n1\n", `a\n${"1\n".repeat(101)}`],
});
