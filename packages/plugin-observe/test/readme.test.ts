import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as api from "../src/index.js";
import { observeOptions } from "../src/observe-plugin.js";
import { routeOptions } from "../src/observe-settings.js";
import { startInjected } from "./support.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** First and second cell of the rows of the table whose first column has this name, after some text. */
function table(column: string, after = ""): Map<string, string> {
  const rows = (readme.slice(readme.indexOf(after)).split(`| ${column} `)[1] ?? "").split("\n").slice(2);
  const end = rows.findIndex((row) => !row.startsWith("|"));
  return new Map(
    rows.slice(0, end < 0 ? undefined : end).map((row) => {
      const [, name = "", value = ""] = row.replaceAll("`", "").split("|");
      return [name.trim(), value.trim()];
    }),
  );
}

const defaultsOf = (schema: typeof observeOptions | typeof routeOptions) => {
  const result = schema["~standard"].validate({}) as { value: Record<string, unknown> };
  return Object.entries(result.value);
};

describe("README", () => {
  it.each([
    ["Of the plugin", observeOptions],
    ["Of one route", routeOptions],
  ] as const)("lists every option with its default: %s", (after, schema) => {
    const listed = table("option", after);
    const defaults = defaultsOf(schema);
    expect([...listed.keys()].sort()).toEqual(defaults.map(([name]) => name).sort());
    for (const [name, value] of defaults) {
      if (value !== undefined) expect(listed.get(name)?.replaceAll(",", ""), name).toBe(String(value));
    }
  });

  it("lists every counter", async () => {
    const { app, notifier } = await startInjected(() => undefined);
    expect([...table("counter").keys()].sort()).toEqual(Object.keys(notifier.counters).sort());
    await app.close();
  });

  it("names, or the page of docs does, everything that the package exports at run time", () => {
    const docs = readFileSync(new URL("../../../docs/observation.md", import.meta.url), "utf8");
    const missing = Object.keys(api).filter((name) => !new RegExp(`\\b${name}\\b`).test(readme + docs));
    expect(missing).toEqual([]);
  });
});
