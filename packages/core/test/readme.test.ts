import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { appOptionsSchema } from "../src/app/app-options.js";
import { nativeEngineOptions } from "../src/engine/native-engine-options.js";
import * as api from "../src/index.js";
import { readOptionsSync } from "../src/schema/standard-schema.js";

const root = new URL("../../../", import.meta.url);
const readme = readFileSync(new URL("packages/core/README.md", root), "utf8");
const docs = readdirSync(new URL("docs", root), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .map((file) => readFileSync(new URL(`docs/${file}`, root), "utf8"));

/** First and second cell of each row of the table below a heading, without backquotes. */
function rowsBelow(heading: string): [string, string][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) => {
    const [, name = "", value = ""] = row.replaceAll("`", "").split("|");
    return [name.trim(), value.trim()];
  });
}

describe("README", () => {
  it.each([
    ["createApp", appOptionsSchema],
    ["nativeEngine", nativeEngineOptions],
  ] as const)("lists every option of %s with its default", (name, schema) => {
    const defaults = readOptionsSync<unknown>(name, schema, {}) as Record<string, unknown>;
    const listed = new Map(rowsBelow(`Options of \`${name}\``));
    expect([...listed.keys()].sort()).toEqual(Object.keys(defaults).sort());
    for (const [option, value] of Object.entries(defaults)) {
      if (value === undefined) continue;
      expect(listed.get(option)?.replaceAll(",", ""), option).toBe(
        typeof value === "number" ? String(value) : JSON.stringify(value),
      );
    }
  });

  it("names, or the pages of docs do, everything that the package exports at run time", () => {
    const text = [readme, ...docs].join("\n");
    const missing = Object.keys(api).filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
    expect(missing).toEqual([]);
  });
});

describe("documentation", () => {
  const pages = ["packages/core/README.md", "CONTRIBUTING.md"].concat(
    readdirSync(new URL("docs", root), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => `docs/${file}`),
  );

  it.each(pages)("%s links to files and headings that exist", (page) => {
    const url = new URL(page, root);
    const links = [...readFileSync(url, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    for (const link of links.filter((target) => !target.startsWith("http"))) {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? url : new URL(file, url);
      const isFolder = !/\.\w+$/.test(target.pathname);
      const text = isFolder ? String(readdirSync(target).length) : readFileSync(target, "utf8");
      if (anchor !== undefined) expect(anchorsOf(text), `${page}: ${link}`).toContain(anchor);
    }
  });
});

/** Anchors as GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
