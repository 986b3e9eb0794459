import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OutputLines } from "./output-lines.js";
import { codeBlocks, readmeCommands } from "./readme.js";
import { outputPattern, runReadmeCommand } from "./run-command.js";

const run = promisify(execFile);
const TSC = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));
/** Below node_modules of the demo, so that the programs find what it depends on. */
const CACHE = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));

const USES_PLUGIN = `
import { createApp } from "@coapkit/core";
import { uptime } from "./plugin.js";
const app = await createApp({ plugins: [uptime({ maxAgeS: 10 })] });
const { code, text, maxAgeS } = await app.inject({ method: "GET", path: "/uptime" });
console.log(code, text, maxAgeS);
`;

describe("README.md, programs", () => {
  let folder: string;
  const start = (file: string) =>
    spawn(process.execPath, [join(folder, file)], { stdio: ["ignore", "pipe", "inherit"] });

  beforeAll(async () => {
    await mkdir(CACHE, { recursive: true });
    folder = await mkdtemp(join(CACHE, "readme-"));
    const [program = ""] = codeBlocks("A server", "ts");
    const [config = ""] = codeBlocks("A server", "json");
    const [plugin = ""] = codeBlocks("A plugin", "ts");
    const files = {
      "package.json": '{ "type": "module" }',
      "tsconfig.json": config,
      "main.ts": program.replace("coap://127.0.0.1:5683", "coap://127.0.0.1:0"),
      "plugin.ts": plugin,
      "uses-plugin.ts": USES_PLUGIN,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await run(TSC, [], { cwd: folder }).catch((error: { stdout: string }) => {
      throw new Error(error.stdout, { cause: error });
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("the server does what the commands below it say", async () => {
    const child = start("main.js");
    try {
      const [, uri = ""] = await new OutputLines(child).next(/^Listening on (coap:\S+)$/);
      const commands = readmeCommands("A server");
      expect(commands.length).toBeGreaterThan(2);
      for (const said of commands)
        expect(await runReadmeCommand(said, uri), said.command).toMatch(outputPattern(said.output));
      const changed = { command: "coap-client-notls coap://127.0.0.1/rooms/kitchen", output: "", code: undefined };
      expect(await runReadmeCommand(changed, uri)).toBe('{"celsius":19.5}');
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("the plugin adds its route", async () => {
    await new OutputLines(start("uses-plugin.js")).next(/^2\.05 0 s 10$/);
  });
});
