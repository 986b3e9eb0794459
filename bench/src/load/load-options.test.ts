import { describe, expect, it } from "vitest";
import { readLoadOptions } from "./load-options.js";
import { MessageType } from "./message.js";

describe("readLoadOptions", () => {
  it("has defaults for everything", () => {
    expect(readLoadOptions([])).toEqual({
      host: "127.0.0.1",
      port: 5683,
      path: "/sensors/1",
      type: MessageType.CON,
      sources: 16,
      outstanding: 4,
      seconds: 3,
      warmupSeconds: 1,
      requests: Number.POSITIVE_INFINITY,
      timeoutMs: 1000,
      echo: false,
      expect: undefined,
      security: { mode: "none", folder: undefined },
    });
  });

  it("reads what is given", () => {
    const options = readLoadOptions([
      "--type",
      "non",
      "--sources=1000",
      "--seconds",
      "0.5",
      "--echo",
      "--expect",
      "{}",
    ]);
    expect(options).toMatchObject({ type: MessageType.NON, sources: 1000, seconds: 0.5, echo: true, expect: "{}" });
  });

  it.each([
    [["--sources", "1025"], /--sources is a number from 1 to 1024, not "1025"/],
    [["--port", "x"], /--port is a number/],
    [["--seconds="], /--seconds is a number/],
    [["--type", "ack"], /--type is con or non, not "ack"/],
    [["--speed", "9"], /--speed/],
  ])("refuses %j by name", (args, message) => {
    expect(() => readLoadOptions(args)).toThrow(message);
  });
});
