import { describe, expect, it } from "vitest";
import { parseOpenFiles } from "./open-files.js";

describe("parseOpenFiles", () => {
  it("reads the soft limit from Linux' table", () => {
    const limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024        524288       files\n";
    expect(parseOpenFiles(limits)).toBe(1024);
  });

  it("has none where there is none", () => {
    expect(parseOpenFiles("Max open files            unlimited   unlimited   files")).toBeUndefined();
    expect(parseOpenFiles("")).toBeUndefined();
  });
});
