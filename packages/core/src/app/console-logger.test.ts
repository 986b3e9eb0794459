import { afterEach, expect, it, vi } from "vitest";
import { consoleLogger } from "./console-logger.js";

const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
afterEach(() => write.mockClear());
const lines = () => write.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);

it("writes warnings and errors as lines of JSON, with the stack of an Error, and nothing below", () => {
  const err = new Error("boom");
  consoleLogger.debug({}, "debug");
  consoleLogger.info({}, "info");
  consoleLogger.warn({ route: "GET /x" }, "slow");
  consoleLogger.error({ err, peer: "p" }, "failed");
  expect(lines()).toEqual([
    { level: "warn", message: "slow", route: "GET /x" },
    { level: "error", message: "failed", peer: "p", err: err.stack },
  ]);
  expect(String(write.mock.calls[0]?.[0]).endsWith("}\n")).toBe(true);
  const enabled = (["debug", "info", "warn", "error"] as const).filter((level) => consoleLogger.isLevelEnabled(level));
  expect(enabled).toEqual(["warn", "error"]);
});

it.each([
  [null, "null"],
  ["text", "'text'"],
  [404, "404"],
  [Object.create(null), "[Object: null prototype] {}"],
])("writes what was thrown though it is no Error: %o", (err, expected) => {
  consoleLogger.error({ err }, "failed");
  expect(lines()[0]?.err).toBe(expected);
});

it("tells a thrown undefined apart from no error at all", () => {
  consoleLogger.error({ err: undefined }, "failed");
  consoleLogger.error({}, "failed");
  expect(lines().map(({ err }) => err)).toEqual(["undefined", undefined]);
});

it("writes fields that JSON has no form for", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  consoleLogger.warn({ big: 1n, cycle }, "odd");
  expect(lines()[0]).toMatchObject({ level: "warn", message: "odd" });
});
