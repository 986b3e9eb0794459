import { describePluginContract } from "@coapkit/testing";
import { describe, it } from "vitest";
import { logging } from "../src/index.js";

const runner = { describe, it };
const packageJson = new URL("../package.json", import.meta.url);
const destination = { write() {} };

describePluginContract(runner, () => logging({ level: "debug", destination }), { packageJson });
describe("pretty", () => {
  describePluginContract(runner, () => logging({ level: "debug", pretty: true, destination }), { packageJson });
});
describe("silent", () => {
  describePluginContract(runner, () => logging({ level: "silent", destination }), { packageJson });
});
