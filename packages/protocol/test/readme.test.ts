import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as api from "../src/index.js";

const root = new URL("..", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");
const index = readFileSync(new URL("src/index.ts", root), "utf8");
const sources = readdirSync(new URL("src", root), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => readFileSync(new URL(`src/${file}`, root), "utf8"));

describe("README", () => {
  it("lists every export", () => {
    const types = [...index.matchAll(/type (\w+)/g), ...index.matchAll(/export type \{ ([^}]+) \}/g)];
    const names = types.flatMap(([, list = ""]) => list.split(", ")).concat(Object.keys(api));
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) expect(readme, name).toContain(`\`${name}\``);
  });

  it("lists every error code, and no other", () => {
    const codes = (text: string) => [...text.matchAll(/"(COAPKIT_ERR_[A-Z_]+)"/g)].map(([, code]) => code);
    const listed = [...readme.matchAll(/`(COAPKIT_ERR_[A-Z_]+)`/g)].map(([, code]) => code);
    expect(new Set(listed)).toEqual(new Set(sources.flatMap(codes)));
  });
});

describe("sources", () => {
  it("run without Node: no import of its modules, no Buffer, no process", () => {
    for (const source of sources) expect(source).not.toMatch(/from "node:|\bBuffer\b|\bprocess\./);
  });
});
