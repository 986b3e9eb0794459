import { readFileSync } from "node:fs";
import { readOptionsSync } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { authOptions } from "../src/auth-options.js";
import { testApp } from "./support/test-app.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const table = readme.slice(readme.indexOf("\n## Options\n"), readme.indexOf("\n## Observations\n"));
const rows = table
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));
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
    const named = new Set(rows.flatMap((row) => [...(row[6] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name)));
    expect([...named].sort()).toEqual(Object.keys(auth.counters).sort());
  });
});
