import { describe, expect, it } from "vitest";
import { readCliOptions } from "./cli-options.js";

describe("readCliOptions", () => {
  it("has defaults for everything", () => {
    expect(readCliOptions([], {})).toEqual({ port: 5683, database: ":memory:", devices: true });
  });

  it("reads flags", () => {
    const args = ["--port", "0", "--database", "monitor.db", "--no-devices"];
    expect(readCliOptions(args, {})).toEqual({ port: 0, database: "monitor.db", devices: false });
  });

  it("takes PORT of the environment unless there is a flag", () => {
    expect(readCliOptions([], { PORT: "6000" })).toMatchObject({ port: 6000 });
    expect(readCliOptions(["--port=7000"], { PORT: "6000" })).toMatchObject({ port: 7000 });
  });

  it.each([
    [["--port", "x"], {}, /^port "x" is no number from 0 to 65534; usage: /],
    [["--port", "65535"], {}, /^port "65535" is no number/],
    [["--port"], {}, /^Option '--port <value>' argument missing; usage: /],
    [["--colour"], {}, /^Unknown option '--colour'; usage: /],
    [["extra"], {}, /^Unexpected argument 'extra'; usage: /],
    [["--database="], {}, /^--database needs a file name; usage: /],
    [[], { PORT: "http" }, /^port "http" is no number/],
  ])("refuses %j with %j in one line", (args, env, message) => {
    const line = readCliOptions(args, env);
    expect(line).toMatch(message);
    expect(line).not.toContain("\n");
  });
});
