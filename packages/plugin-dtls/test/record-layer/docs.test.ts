import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../../../docs/dtls-record-layer.md", import.meta.url), "utf8");
const rows = page.split("\n").filter((line) => line.split("|").length === 6);
const TEST_FOLDERS = ["./", "../native/", "../"];

/** The parts of a cell, each of which begins with the name of a file in backquotes. */
function claims(cell: string): [file: string, rest: string][] {
  return [...cell.matchAll(/`([\w.-]+\.(?:cc|h|ts))`: (.*?)(?=; `[\w.-]+\.(?:cc|h|ts)`|$)/g)].map(
    ([, file = "", rest = ""]) => [file, rest],
  );
}

function sourceOf(file: string): string {
  const urls = TEST_FOLDERS.map((folder) => new URL(`${folder}${file}`, import.meta.url));
  const url = file.endsWith(".ts") ? urls.find((candidate) => existsSync(candidate)) : undefined;
  return readFileSync(url ?? new URL(`../../native/src/${file}`, import.meta.url), "utf8");
}

describe("docs/dtls-record-layer.md", () => {
  it("names functions that exist", () => {
    const named = rows.flatMap((row) => claims(row.split("|")[3] ?? ""));
    expect(named.length).toBeGreaterThan(35);
    for (const [file, functions] of named) {
      for (const [, name = ""] of functions.matchAll(/`(\w+)`/g))
        expect(sourceOf(file), `${file}: ${name}`).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  it("names tests that exist", () => {
    const named = rows.flatMap((row) => claims(row.split("|")[4] ?? ""));
    expect(named.length).toBeGreaterThan(35);
    for (const [file, titles] of named) {
      expect(titles).toMatch(/^"/);
      for (const [, title = ""] of titles.matchAll(/"([^"]+)"/g)) expect(sourceOf(file)).toContain(`"${title}"`);
    }
  });
});
