import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DemoProcess } from "./demo-process.js";
import { readmeCommands } from "./readme.js";
import { outputPattern, runReadmeCommand } from "./run-command.js";

describe("README.md, Try it", () => {
  const commands = readmeCommands("Try it");
  let demo: DemoProcess;
  beforeAll(async () => {
    demo = await DemoProcess.start("--no-devices");
  });
  afterAll(() => demo.stop());

  it("shows every method and every kind of refusal", () => {
    const text = commands.map(({ command, output }) => `${command}\n${output}\n`).join("");
    for (const method of ["get", "post", "put", "delete", "ipatch"]) expect(text).toContain(`-m ${method} `);
    for (const code of ["4.00", "4.04", "4.05", "4.06", "4.09", "4.12", "4.15", "4.22", "5.00"])
      expect(text).toMatch(new RegExp(`^${code}`, "m"));
    for (const part of ["/hello", "/time", "/slow", "/.well-known/core?rt=sensor"]) expect(text).toContain(part);
  });

  // In order: each command starts from what the ones before have left.
  for (const said of commands) {
    it(said.command, async () => {
      const output = await runReadmeCommand(said, demo.uri);
      const { code } = await demo.output.nextExchange();
      expect(output).toMatch(outputPattern(said.output));
      if (said.code !== undefined) expect(code).toBe(said.code);
      else expect(said.output).toMatch(code.startsWith("2") ? /./ : outputPattern(`${code}…`));
    });
  }
});
