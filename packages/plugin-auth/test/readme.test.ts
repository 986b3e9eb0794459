import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readOptionsSync } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { authOptions } from "../src/auth-options.js";
import { REFUSAL_REASONS } from "../src/guards/evaluate.js";
import { cwtOptions } from "../src/tokens/cwt.js";
import { jwtOptions } from "../src/tokens/jwt.js";
import { testApp } from "./support/test-app.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
/** The rows of the tables between two lines: cells, of which the first one is empty. */
const rowsBetween = (start: string, end: string) => {
  const from = readme.indexOf(start);
  return readme
    .slice(from, readme.indexOf(end, from))
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
};
const namesIn = (text = "") => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
const rows = rowsBetween("\n## Options\n", "\n## Observations\n");
const defaults: Readonly<Record<string, unknown>> = readOptionsSync("auth", authOptions, undefined);

describe("the table of options in the README", () => {
  it("has each option, with its default", () => {
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(defaults).map((name) => `\`${name}\``));
    for (const [, name = "", shown = ""] of rows) {
      const value = defaults[name.replaceAll("`", "")];
      if (typeof value === "number") expect(shown, name).toBe(String(value));
      else if (value === undefined) expect(["", "any", "`Date.now`"], name).toContain(shown);
      else expect(shown, name).toBe(`\`${JSON.stringify(value)}\``);
    }
  });

  it("names counters that exist, and all of them", async () => {
    const { auth } = await testApp();
    const named = new Set(rows.flatMap((row) => namesIn(row[6])));
    expect([...named].sort()).toEqual(Object.keys(auth.counters).sort());
  });

  it.each([
    ["jwt", readOptionsSync("jwt", jwtOptions, undefined), "\nExactly one of"],
    ["cwt", readOptionsSync("cwt", cwtOptions, undefined), "\nWhy no library"],
  ])("of %s has each option, with its default", (kind, read, end) => {
    const shown = new Map<string, string>();
    for (const [, names, value = ""] of rowsBetween(`\nOptions of \`${kind}\`:\n`, end))
      for (const [index, name] of namesIn(names).entries())
        shown.set(name as string, value.split(", ")[index] ?? value);
    const options: Readonly<Record<string, unknown>> = read;
    expect([...shown.keys()].sort()).toEqual(Object.keys(options).sort());
    for (const [name, value] of Object.entries(options))
      if (["string", "number", "boolean"].includes(typeof value))
        expect(shown.get(name)?.replaceAll("`", ""), name).toBe(String(value));
  });
});

describe("the list of reasons in the README", () => {
  it("has each one", () => {
    const list = /Reasons: (.*?)\. Refusals/s.exec(readme)?.[1];
    expect(namesIn(list).filter((name) => !["detail", "@Guard", "grantsOf"].includes(name as string))).toEqual([
      "allowed",
      "login",
      "logout",
      ...REFUSAL_REASONS,
    ]);
  });
});

describe("the first example in the README", () => {
  it("prints what the README says, outside of this repository", async () => {
    const [, source = "", printed] = /^```ts\n(.*?)^```$\n\n```text\n(.*?)^```$/ms.exec(readme) ?? [];
    const repository = fileURLToPath(new URL("../../../", import.meta.url));
    const project = mkdtempSync(join(tmpdir(), "coapkit-auth-readme-"));
    const node = async (...args: string[]) => (await promisify(execFile)(process.execPath, args)).stdout;
    symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
    const compilerOptions = { outDir: ".", rootDir: ".", declaration: false, declarationMap: false };
    const tsconfig = { extends: join(repository, "tsconfig.base.json"), compilerOptions, files: ["main.ts"] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(tsconfig));
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    writeFileSync(join(project, "main.ts"), source.replace(/^await app\.listen.*$/m, ""));
    await node(join(repository, "node_modules/typescript/bin/tsc"), "-p", project);
    expect((await node(join(project, "main.js"))).split("\n").filter((line) => !line.startsWith("{"))).toEqual(
      printed?.split("\n"),
    );
    rmSync(project, { recursive: true });
  });
});
