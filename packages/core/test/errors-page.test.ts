import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const packages = new URL("../../", import.meta.url);
const page = readFileSync(new URL("../docs/errors.md", packages), "utf8");

/** Codes that the packages can raise: texts in their sources, tests aside. */
function codesInSources(): Set<string> {
  const files = readdirSync(packages).flatMap((name) => sourcesOf(name));
  const literals = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/"(COAPKIT_ERR_[A-Z0-9_]+)"/g)]);
  return new Set(literals.map(([, code = ""]) => code));
}

function sourcesOf(packageName: string): URL[] {
  const folder = new URL(`${packageName}/src/`, packages);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => new URL(file, folder));
}

const headings = [...page.matchAll(/^### (COAPKIT_ERR_[A-Z0-9_]+)$/gm)].map(([, code = ""]) => code);

describe("docs/errors.md", () => {
  it("has a section for every error code of every package, and for no other", () => {
    const codes = [...codesInSources()].sort();
    expect(codes.length).toBeGreaterThan(30);
    expect([...headings].sort()).toEqual(codes);
  });

  it("says something in every section", () => {
    const sections = page.split(/^### /m).slice(1);
    for (const section of sections) {
      const [code, ...text] = section.split("\n");
      expect(text.join(" ").trim().length, code).toBeGreaterThan(40);
    }
  });

  it("mentions no code that it does not explain", () => {
    const mentioned = [...page.matchAll(/COAPKIT_ERR_[A-Z0-9_]+/g)].map(([code]) => code);
    expect(mentioned.filter((code) => !headings.includes(code))).toEqual([]);
  });
});
