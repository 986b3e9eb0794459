import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as api from "../src/index.js";
import { transmissionParameters } from "../src/parameters/transmission-parameters.js";
import * as udp from "../src/udp.js";

const root = new URL("..", import.meta.url);
const readText = (file: string) => readFileSync(new URL(file, root), "utf8");
const readme = readText("README.md");
const files = readdirSync(new URL("src", root), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => ({ file, source: readText(`src/${file}`) }));

/** What a file exports: types by its text, values by what it is at run time. */
function exportsOf(file: string, module: object): string[] {
  const source = readText(file);
  const types = [...source.matchAll(/\btype (\w+)/g), ...source.matchAll(/export type \{ ([^}]+) \}/g)];
  const lists = types.flatMap(([, list = ""]) => list.split(/,\s*/));
  const multiline = [...source.matchAll(/export type \{\n([^}]+)\}/g)].flatMap(([, list = ""]) => list.split(/,\s*/));
  return [...lists, ...multiline, ...Object.keys(module)].map((name) => name.trim()).filter((name) => name !== "");
}

/** First and second cell of each row of the tables below a heading, without backquotes and thousands separators. */
function rowsBelow(heading: string): Map<string, string> {
  const section = readme.split(`${heading}\n`)[1]?.split(/\n##/)[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return new Map(
    rows.map((row) => {
      const cells = row.replaceAll(/[`,]/g, "").split("|");
      return [(cells[1] ?? "").trim(), cells.slice(2).join("|")];
    }),
  );
}

describe("README", () => {
  it.each([
    ["src/index.ts", api, 90],
    ["src/udp.ts", udp, 9],
  ])("lists every export of %s", (file, module, least) => {
    const names = exportsOf(file, module);
    expect(names.length).toBeGreaterThanOrEqual(least);
    for (const name of names) expect(readme, name).toContain(`\`${name}\``);
  });

  it("lists every error code, and no other", () => {
    const codes = (text: string) => [...text.matchAll(/"(COAPKIT_ERR_[A-Z_]+)"/g)].map(([, code]) => code);
    const listed = [...readme.matchAll(/`(COAPKIT_ERR_[A-Z_]+)`/g)].map(([, code]) => code);
    expect(new Set(listed)).toEqual(new Set(files.flatMap(({ source }) => codes(source))));
  });

  it("lists every limit with its default", () => {
    const rows = rowsBelow("### Limits");
    expect([...rows.keys()].sort()).toEqual(Object.keys(api.DEFAULT_LIMITS).sort());
    for (const [name, value] of Object.entries(api.DEFAULT_LIMITS))
      expect(rows.get(name)?.split("|")[0]?.trim(), name).toBe(String(value));
  });

  it("lists every transmission parameter with its default", () => {
    const rows = rowsBelow("### Transmission parameters");
    const parameters = transmissionParameters();
    expect([...rows.keys()].sort()).toEqual(Object.keys(parameters).sort());
    for (const [name, value] of Object.entries(parameters))
      expect(rows.get(name)?.split("|")[1]?.trim(), name).toBe(String(value));
  });

  it("lists every counter of an endpoint and of a UDP transport, and no other", () => {
    const transport = udp.udpTransport();
    const clock = { nowMs: () => 0, setTimer: () => ({ cancel: () => undefined }) };
    const random = { fraction: () => 0, bytes: (length: number) => new Uint8Array(length) };
    const { counters } = new api.Endpoint({ transport, clock, random, limits: { peers: 1, messageWindowBytes: 0 } });
    const section = readme.split("## Counters\n")[1]?.split("\n## ")[0] ?? "";
    const listed = section
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .flatMap((line) => line.split("|").slice(2));
    const names = [...listed.join().matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(names.sort()).toEqual([...Object.keys(counters), ...Object.keys(transport.counters)].sort());
  });
});

describe("sources", () => {
  const usesNode = /from "node:|\bBuffer\b|\bprocess\./;
  const isUdp = (file: string) => /^udp(\.ts$|[\\/])/.test(file);

  it("run without Node: no import of its modules, no Buffer, no process; UDP is the exception", () => {
    const portable = files.filter(({ file }) => !isUdp(file));
    expect(portable.length).toBeGreaterThan(80);
    for (const { file, source } of portable) expect(source, file).not.toMatch(usesNode);
    for (const { file, source } of portable) expect(source, file).not.toMatch(/from "(\.\.?\/)+udp[/.]/);
  });

  it("use Node in UDP through one file", () => {
    const users = files.filter(({ file, source }) => isUdp(file) && /from "node:/.test(source));
    expect(users.map(({ file }) => file)).toEqual(["udp/node.ts"]);
  });
});
