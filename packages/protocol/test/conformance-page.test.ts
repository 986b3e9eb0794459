import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../../docs/conformance.md", import.meta.url), "utf8");
const references = [...page.matchAll(/`([\w./-]+\.test\.ts)`: (.+?)(?=; | +\|)/g)].map(([, file = "", title = ""]) => [
  file,
  title,
]);

describe("docs/conformance.md", () => {
  it("names tests", () => expect(references.length).toBeGreaterThan(50));

  it.each(references)("names a test that %s has: %s", (file = "", title = "") => {
    const path = file.includes("/") ? `../../${file.replace("/", "/test/")}` : file;
    expect(readFileSync(new URL(path, import.meta.url), "utf8")).toContain(title);
  });
});
