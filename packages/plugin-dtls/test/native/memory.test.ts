import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../native-support/session-memory.mjs", import.meta.url));

describe("20,000 established sessions", () => {
  it("take less than 2 KiB each, connection ID included, and leave nothing behind", () => {
    const printed = execFileSync(process.execPath, ["--expose-gc", SCRIPT, "20000"], { encoding: "utf8" });
    const { bytesPerSession, growthPerSession } = JSON.parse(printed);
    expect(bytesPerSession).toBeGreaterThan(200);
    expect(bytesPerSession).toBeLessThan(2048);
    expect(growthPerSession).toBeLessThan(50);
  }, 120_000);
});
