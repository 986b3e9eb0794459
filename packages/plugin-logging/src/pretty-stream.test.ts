import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { prettyStream } from "./pretty-stream.js";

describe("prettyStream", () => {
  function written(log: (logger: pino.Logger) => void): string {
    let text = "";
    const write = (line: string) => {
      text += line;
    };
    log(pino({ level: "debug" }, prettyStream({ write }, false)));
    return text;
  }

  it("shows an exchange as one line that begins with what matters", () => {
    const text = written((logger) =>
      logger.info(
        {
          peer: "coap://[::1]:5683",
          method: "GET",
          path: "/a",
          query: "b=1",
          code: "2.05",
          durationMs: 0.4,
          route: "A.b",
        },
        "exchange",
      ),
    );
    expect(text).toMatch(
      /^\[.*\] INFO: GET \/a\?b=1 2\.05 0\.4 ms \{"peer":"coap:\/\/\[::1\]:5683","route":"A\.b"\}\n$/,
    );
  });

  it("says so where an exchange had no answer", () => {
    const record = { method: "GET", path: "/a", durationMs: 1, dropReason: "unknown critical option 9" };
    expect(written((logger) => logger.warn(record, "exchange"))).toMatch(
      /WARN: GET \/a no answer 1 ms \{"dropReason":"unknown critical option 9"\}\n$/,
    );
  });

  it("writes at once, in this thread", () => {
    const lines: string[] = [];
    const logger = pino({}, prettyStream({ write: (line: string) => void lines.push(line) }, false));
    logger.info("last words");
    expect(lines).toHaveLength(1);
  });

  const FORGED = "\n[12:00:00.000] INFO: forged\r\u001b[31m\u009b31m\u2028";

  it.each([
    ["the message", (logger: pino.Logger) => logger.info({}, `text${FORGED}`)],
    ["a field", (logger: pino.Logger) => logger.info({ path: FORGED }, "exchange")],
    ["a nested field", (logger: pino.Logger) => logger.info({ a: [{ b: FORGED }] }, "text")],
    ["the name of a field", (logger: pino.Logger) => logger.info({ [FORGED]: 1 }, "text")],
    ["an exchange", (logger: pino.Logger) => logger.info({ method: "GET", path: FORGED, query: FORGED }, "exchange")],
  ])("keeps %s from forging a line or steering the terminal", (_, log) => {
    const text = written(log);
    expect(text.slice(0, -1)).not.toMatch(CONTROL);
    expect(text).toContain("forged");
  });

  it("shows the stack of an error", () => {
    const text = written((logger) => logger.error({ err: new Error("boom") }, "handler failed"));
    expect(text).toMatch(/\n {10}Error: boom\n {14}at /);
  });

  it("indents every line of an error, and keeps it from steering the terminal", () => {
    const text = written((logger) => logger.error({ err: new Error(`boom${FORGED}`) }, "handler failed"));
    expect(text).toContain("Error: boom");
    const [first, ...rest] = text.trimEnd().split("\n");
    expect(first).toMatch(/^\[.*\] ERROR: handler failed/);
    for (const line of rest) expect(line).toMatch(/^ {4}/);
    expect(text.replaceAll("\n", "")).not.toMatch(CONTROL);
  });

  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
});
