import { readFileSync } from "node:fs";
import { type OptionsSchema, readOptionsSync } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { senml, senmlCborFormat, senmlJsonFormat } from "../src/index.js";
import { SETTINGS } from "./settings.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** Cells of the rows of the table below a heading. */
function rowsBelow(heading: string): string[][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("README", () => {
  it("lists every option with its default", () => {
    const schema = senml().definition.options as OptionsSchema<unknown, Record<string, unknown>>;
    const defaults = readOptionsSync("senml", schema, {});
    const listed = rowsBelow("Options").map(([name = "", value = ""]) => [
      name.replaceAll("`", ""),
      value.replaceAll(/[`,]/g, ""),
    ]);
    const shown = (value: unknown) => (typeof value === "string" ? JSON.stringify(value) : String(value));
    const expected = Object.entries(defaults).map(([name, value]) => [
      name,
      name === "nowMs" ? "Date.now" : value === undefined ? "none" : shown(value),
    ]);
    expect(listed).toEqual(expect.arrayContaining(expected));
    expect(listed.length).toBe(expected.length);
  });

  it("shows the diagnostics that clients get", () => {
    const rows = rowsBelow("What a client gets");
    expect(rows.length).toBe(8);
    for (const [payload = "", diagnostic = ""] of rows) {
      const text = /`(.+?)`/.exec(payload)?.[1] ?? "";
      const isHex = /^[0-9a-f]+$/.test(text);
      const format = isHex ? senmlCborFormat(SETTINGS) : senmlJsonFormat(SETTINGS);
      const decoded = format.decode(new Uint8Array(Buffer.from(text, isHex ? "hex" : "utf8")), format.contentFormat);
      expect(decoded).toEqual({ ok: false, reason: diagnostic.slice(1, -1) });
    }
  });
});
