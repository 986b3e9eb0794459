import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const execute = promisify(execFile);
const repository = fileURLToPath(new URL("../../../", import.meta.url));
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** A `ts` block of the README, and the `text` block right after it: what it prints. */
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms)].map(
  ([, source = "", output], index) => ({
    file: /^\/\/ (\S+\.ts)\n/.exec(source)?.[1] ?? `block-${index}.ts`,
    source: source.replace("port: 5683", "port: 0").replace("coap://127.0.0.1:5683", "coap://127.0.0.1:SERVER_PORT"),
    output,
  }),
);

/** A project outside of the packages, which finds them as a program does. */
const project = mkdtempSync(join(tmpdir(), "coapkit-protocol-readme-"));
const run = async (...args: string[]) => (await execute(process.execPath, args)).stdout;

describe("examples of the README", () => {
  beforeAll(async () => {
    symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
    const compilerOptions = { rootDir: "src", outDir: "dist", declaration: false, declarationMap: false };
    const tsconfig = { extends: join(repository, "tsconfig.base.json"), compilerOptions, include: ["src"] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(tsconfig));
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    mkdirSync(join(project, "src"));
    for (const { file, source } of examples) writeFileSync(join(project, "src", file), source, { flag: "wx" });
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    await run(tsc, "-p", project).catch((error: { stdout?: string }) => expect.fail(error.stdout ?? String(error)));
  }, 60_000);

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it("the client prints what the page says of the server, which then ends", async () => {
    const server = spawn(process.execPath, [join(project, "dist/server.js")], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [line] = (await once(createInterface(server.stdout), "line")) as [string];
      const [, port = ""] = /^listening on coap:\/\/127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
      const client = join(project, "dist/client.js");
      writeFileSync(client, readFileSync(client, "utf8").replace("SERVER_PORT", port));
      const output = examples.find(({ file }) => file === "client.ts")?.output;
      expect(output).toContain("observed");
      expect(await run(client)).toBe(output);
      const exit = once(server, "exit");
      server.kill("SIGTERM");
      expect(await exit).toEqual([0, null]);
    } finally {
      server.kill("SIGKILL");
    }
  }, 30_000);

  it.each(examples.filter(({ file }) => file.startsWith("block-")))("$file runs", async ({ file }) => {
    await run(join(project, "dist", file.replace(/\.ts$/, ".js")));
  });
});
