import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const execute = promisify(execFile);
const repository = fileURLToPath(new URL("../../../", import.meta.url));
const docs = join(repository, "docs");
const pages = [
  ...readdirSync(docs, { recursive: true, encoding: "utf8" }).map((file) => join(docs, file)),
  join(repository, "packages/core/README.md"),
].filter((file) => file.endsWith(".md"));

/** A `ts` block with its file name, said in its first line, and the `text` block right after it: what it prints. */
interface Example {
  readonly file: string;
  readonly source: string;
  readonly output: string | undefined;
}

function examplesIn(page: string): Example[] {
  const blocks = readFileSync(page, "utf8").matchAll(/^```ts\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms);
  return [...blocks].map(([, source = "", output], index) => ({
    file: /^\/\/ (\S+\.ts)\n/.exec(source)?.[1] ?? `block-${index}.ts`,
    source: source.replace("coap://[::]:5683", "coap://127.0.0.1:0"),
    output,
  }));
}

/** A project outside of the packages, which finds them as an app does. */
const project = mkdtempSync(join(tmpdir(), "coapkit-docs-"));
const folderOf = (page: string) => basename(page, ".md").toLowerCase();
const compiled = (page: string, file: string) => join(project, "dist", folderOf(page), file.replace(/\.ts$/, ".js"));
const run = async (...args: string[]) => (await execute(process.execPath, args)).stdout;

const withExamples = pages
  .map((page) => ({ page, examples: examplesIn(page) }))
  .filter(({ examples }) => examples.length > 0);

describe("examples of the documentation", () => {
  beforeAll(async () => {
    symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
    const compilerOptions = { rootDir: "src", outDir: "dist", declaration: false, declarationMap: false };
    const tsconfig = { extends: join(repository, "tsconfig.base.json"), compilerOptions, include: ["src"] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(tsconfig));
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    for (const { page, examples } of withExamples) {
      const folder = join(project, "src", folderOf(page));
      mkdirSync(folder, { recursive: true });
      for (const { file, source } of examples) writeFileSync(join(folder, file), source, { flag: "wx" });
    }
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    await run(tsc, "-p", project).catch((error: { stdout?: string }) => expect.fail(error.stdout ?? String(error)));
  }, 60_000);

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it("are there", () => {
    const files = withExamples.flatMap(({ examples }) => examples.map(({ file }) => file));
    expect(files).toEqual(expect.arrayContaining(["main.ts", "server.ts", "freshness.test.ts"]));
  });

  for (const { page, examples } of withExamples) {
    for (const { file, output } of examples) {
      if (output !== undefined)
        it(`${folderOf(page)}: ${file} prints what the page says`, async () => {
          expect(await run(compiled(page, file))).toBe(output);
        }, 30_000);
      else if (file.endsWith(".test.ts"))
        it(`${folderOf(page)}: ${file} passes`, async () => {
          expect(await run("--test", "--test-reporter=tap", compiled(page, file))).toMatch(/^# fail 0$/m);
        }, 30_000);
      else if (file === "server.ts")
        it(`${folderOf(page)}: ${file} serves until SIGTERM`, () => serves(compiled(page, file)), 30_000);
    }
  }
});

/** Asks a server over UDP for `GET /sensors` (RFC 7252 §3), then ends it. */
async function serves(file: string): Promise<void> {
  const server = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
  const socket = createSocket("udp4");
  try {
    const [line] = (await once(createInterface(server.stdout), "line")) as [string];
    const port = Number(/^listening on port (\d+)$/.exec(line)?.[1]);
    const response = once(socket, "message");
    socket.send(Buffer.concat([Buffer.of(0x40, 0x01, 0x30, 0x39, 0xb7), Buffer.from("sensors")]), port, "127.0.0.1");
    const [datagram] = (await response) as [Buffer];
    expect(datagram.toString("latin1")).toBe("\x60\x45\x30\x39\xc1\x32\xff[]");
    const exit = once(server, "exit");
    server.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  } finally {
    socket.close();
    server.kill("SIGKILL");
  }
}
