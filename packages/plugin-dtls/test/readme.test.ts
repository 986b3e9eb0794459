import { readFileSync } from "node:fs";
import { readOptionsSync } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { clientOptions, dtlsOptions } from "../src/credentials/dtls-options.js";
import * as api from "../src/index.js";
import { CIPHER_SUITES } from "../src/native/cipher-suite.js";
import { zeroCounters } from "../src/transport/dtls-counters.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const errors = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

/** First and second cell of the rows of a table, by the cell above the first ones, and a text before it. */
function rows(head: string, after = "# @coapkit"): [string, string][] {
  const table = readme.slice(readme.indexOf(after));
  const lines = table.slice(table.search(new RegExp(`^\\| ${head} `, "m"))).split("\n");
  return lines.slice(2, lines.indexOf("")).map((line) => {
    const [, name = "", value = ""] = line.replaceAll("`", "").split(/(?<!\\)\|/);
    return [name.trim(), value.trim()];
  });
}

function expectDefaults(listed: [string, string][], defaults: Readonly<Record<string, unknown>>): void {
  expect(listed.map(([name]) => name)).toEqual(Object.keys(defaults));
  for (const [name, shown] of listed) {
    const value = defaults[name];
    if (typeof value === "number") expect(shown, name).toBe(value.toLocaleString("en"));
    else if (typeof value === "string" || typeof value === "boolean") expect(shown, name).toBe(JSON.stringify(value));
    else expect(["–", "the host", "all below"], name).toContain(shown);
  }
}

describe("README", () => {
  it("lists every option with its default", () => {
    const defaults = readOptionsSync("dtls", dtlsOptions, undefined);
    expectDefaults([...rows("option", "## Options"), ...rows("option", "Limits and times:")], defaults);
    expectDefaults(rows("option", "Of `client`:"), readOptionsSync("client", clientOptions, undefined));
  });

  it("lists every counter", () => {
    const listed = rows("counter").map(([name]) => name);
    expect([...listed].sort()).toEqual(Object.keys(zeroCounters()).sort());
  });

  it("lists the cipher suites in their order", () => {
    const suites = rows("with certificates or raw public keys");
    const listed = [...suites.map(([ecdsa]) => ecdsa), ...suites.map(([, psk]) => psk.split(",")[0] ?? "")];
    expect(listed.filter((name) => name !== "")).toEqual(CIPHER_SUITES);
  });

  it("names, or the page of errors does, everything that the package exports at run time", () => {
    const codes = Object.entries(api).map(([name]) => name);
    const missing = codes.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme + errors));
    expect(missing.filter((name) => name !== "CIPHER_SUITES" && !name.endsWith("Error"))).toEqual([]);
  });
});

describe("docs/dtls.md", () => {
  it("names tests that exist", () => {
    const page = readFileSync(new URL("../../../docs/dtls.md", import.meta.url), "utf8");
    const claims = [...page.matchAll(/\| `([\w.-]+\.test\.ts)`: (.*?) *\|$/gm)];
    expect(claims.length).toBeGreaterThan(15);
    for (const [, file = "", title = ""] of claims) {
      expect(readFileSync(new URL(file, import.meta.url), "utf8"), title).toContain(`"${title}"`);
    }
  });
});
