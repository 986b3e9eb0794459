import { readFileSync } from "node:fs";
import { type OptionsSchema, readOptionsSync } from "@coapkit/core";
import { expect, it } from "vitest";
import { json } from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

it("the README lists every option with its default", () => {
  const schema = json().definition.options as OptionsSchema<unknown, Record<string, unknown>>;
  const section = readme.split("## Options\n")[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const listed = rows.map((row) =>
    row
      .split("|")
      .slice(1, 3)
      .map((cell) => cell.trim().replaceAll(/[`,]/g, "")),
  );
  const shown = (value: unknown) => (typeof value === "string" ? JSON.stringify(value) : String(value));
  const defaults = Object.entries(readOptionsSync("json", schema, {}));
  expect(listed).toEqual(defaults.map(([name, value]) => [name, shown(value)]));
});
