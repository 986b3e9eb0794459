import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DemoProcess } from "./demo-process.js";
import type { Exchange } from "./output-lines.js";
import { type ReadmeCommand, readmeCommands } from "./readme.js";
import { outputPattern, runReadmeCommand } from "./run-command.js";

function isObserving({ command }: ReadmeCommand): boolean {
  return / -s \d/.test(command);
}

/** Finds the end of an observation: nobody but an observer sends a second request, the one that deregisters. */
function findDeregistration(): (exchange: Exchange) => boolean {
  const peers = new Set<string>();
  return ({ peer }) => {
    const isSecond = peers.has(peer);
    peers.add(peer);
    return isSecond;
  };
}

describe("README.md, Try it", () => {
  const commands = readmeCommands("Try it");
  let demo: DemoProcess;
  beforeAll(async () => {
    demo = await DemoProcess.start(["--no-devices"]);
  });
  afterAll(() => demo.stop());

  it("shows every method and every kind of refusal", () => {
    const text = commands.map(({ command, output }) => `${command}\n${output}\n`).join("");
    for (const method of ["get", "post", "put", "delete", "ipatch"]) expect(text).toContain(`-m ${method} `);
    for (const code of ["4.00", "4.01", "4.03", "4.04", "4.05", "4.06", "4.09", "4.12", "4.15", "4.22", "5.00"])
      expect(text).toMatch(new RegExp(`^${code}`, "m"));
    const parts = ["/hello", "-s 3 -m get coap://127.0.0.1/time", "/slow", "/.well-known/core?rt=sensor"];
    for (const part of [
      ...parts,
      "c.gt=",
      "/alarms",
      "-t 110",
      "-A 110",
      "-A 112",
      "coap-client-openssl",
      "coap-client-gnutls",
    ])
      expect(text).toContain(part);
  });

  // In order: each command starts from what the ones before have left.
  for (const said of commands) {
    it(said.command, async () => {
      const output = await runReadmeCommand(said, demo.uri, demo.secureUri);
      const { code } = await demo.nextExchange(isObserving(said) ? findDeregistration() : undefined);
      expect(output).toMatch(outputPattern(said.output));
      if (said.code !== undefined) expect(code).toBe(said.code);
      else expect(said.output).toMatch(code.startsWith("2") ? /./ : outputPattern(`${code}…`));
    });
  }
});
