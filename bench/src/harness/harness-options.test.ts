import { describe, expect, it } from "vitest";
import { SERVERS } from "../servers/server-list.js";
import { type HarnessOptions, readHarnessOptions } from "./harness-options.js";
import { SCENARIOS } from "./scenario.js";

function read(...args: string[]): HarnessOptions {
  const options = readHarnessOptions(args);
  if (options === "help") throw new Error("asked for help");
  return options;
}

describe("readHarnessOptions", () => {
  it("runs every server under every scenario by default, without a soak", () => {
    const { servers, scenarios, sections } = read();
    expect(servers).toEqual(SERVERS);
    expect(scenarios).toEqual(SCENARIOS);
    expect(sections).toEqual(["load", "blockwise", "observe", "dtls", "startup", "micro"]);
  });

  it("always compares with the raw echo", () => {
    expect(read("--only", "npm-coap").servers.map(({ name }) => name)).toEqual(["raw-echo", "npm-coap"]);
  });

  it("adds the soak to what else is asked for", () => {
    expect(read("--soak", "60").sections).toEqual(["load", "blockwise", "observe", "dtls", "soak", "startup", "micro"]);
    expect(read("--sections", "micro", "--soak", "20")).toMatchObject({ sections: ["soak", "micro"], soakSeconds: 20 });
  });

  it("keeps the given names in their own order", () => {
    const { scenarios } = read("--scenarios", "1x1-non, 16x4-con");
    expect(scenarios.map(({ name }) => name)).toEqual(["16x4-con", "1x1-non"]);
  });

  it("tells a call for help", () => {
    expect(readHarnessOptions(["--help"])).toBe("help");
  });

  it.each([
    [["--only", "nginx"], /--only: there is no "nginx"; choose from raw-echo, /],
    [["--scenarios", "2x2"], /--scenarios: there is no "2x2"/],
    [["--sections", ""], /--sections: there is no ""/],
    [["--rounds", "0"], /--rounds is a number from 1 to 100/],
    [["--soak", "5"], /--soak is a number from 11/],
    [["fast"], /fast/],
  ])("refuses %j by name", (args, message) => {
    expect(() => readHarnessOptions(args)).toThrow(message);
  });
});
