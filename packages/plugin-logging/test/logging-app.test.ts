import {
  type App,
  CoapError,
  Code,
  createApp,
  definePlugin,
  isCoapkitError,
  LOGGER,
  OptionNumber,
  respond,
  unauthorized,
} from "@coapkit/core";
import { VirtualClock } from "@coapkit/testing";
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type LoggingOptions, logging } from "../src/index.js";

const HANDLER_MS = 12.5;
const LEVELS: Readonly<Record<number, string>> = pino.levels.labels;

type LogRecord = Readonly<Record<string, unknown>>;

/** Keeps pino's lines, parsed. */
class RecordSink {
  readonly lines: string[] = [];
  write(line: string): void {
    this.lines.push(line);
  }
  get records(): LogRecord[] {
    return this.lines.map((line) => JSON.parse(line));
  }
  get exchanges(): LogRecord[] {
    return this.records.filter((record) => record.msg === "exchange");
  }
}

describe("logging()", () => {
  let app: App | undefined;
  const clock = new VirtualClock();
  let receivedMs = Number.NaN;

  const routes = definePlugin({
    name: "coapkit-plugin-logging-test",
    version: "1.0.0",
    contract: 1,
    setup(host) {
      const get = (path: string, handler: () => unknown) => host.routes.add({ method: "GET", path, handler });
      get("/slow", async () => {
        await clock.advance(HANDLER_MS);
        return respond({ code: Code.Content, payload: "é", contentFormat: 0 });
      });
      get("/bug", () => {
        throw new TypeError("x is not a function\nforged");
      });
      get("/refused", () => {
        throw new CoapError(Code.Conflict, "in use");
      });
      get("/busy", () => {
        throw new CoapError(Code.ServiceUnavailable, "later");
      });
      get("/guarded", () => "never");
      host.routes.add({
        method: "GET",
        path: "/received",
        handler: (ctx) => {
          receivedMs = ctx.receivedMs;
          return "ok";
        },
      });
      host.hooks.add("onRequest", (ctx) => (ctx.route.path === "/guarded" ? unauthorized() : undefined));
      host.hooks.add("onReady", () => host.resolve(LOGGER).warn({ from: "resolved" }, "hello"));
    },
  });

  const boot = async (options?: LoggingOptions) => {
    const sink = new RecordSink();
    const input = options?.logger === undefined ? { destination: sink, ...options } : options;
    app = await createApp({ plugins: [logging(input), routes()], clock });
    await app.ready();
    return { app, sink };
  };
  const exchangeOf = async (path: string, options?: LoggingOptions) => {
    const { app, sink } = await boot(options);
    await app.inject({ method: "GET", path });
    return sink.exchanges;
  };

  afterEach(async () => {
    vi.unstubAllEnvs();
    await app?.close();
    app = undefined;
  });

  it("writes one record per exchange, with what there is to know", async () => {
    const { app, sink } = await boot();
    await app.inject({
      method: "GET",
      path: "/slow?unit=C",
      accept: 0,
      peer: { address: "2001:db8::1", port: 40_000 },
    });
    expect(sink.exchanges).toHaveLength(1);
    const { time, pid, hostname, messageId, ...record } = sink.exchanges[0] as LogRecord;
    expect([typeof time, typeof pid, typeof hostname, typeof messageId]).toEqual([
      "number",
      "number",
      "string",
      "number",
    ]);
    expect(record).toEqual({
      level: 30,
      peer: "coap://[2001:db8::1]:40000",
      type: "CON",
      method: "GET",
      path: "/slow",
      query: "unit=C",
      code: "2.05",
      accept: 0,
      responseFormat: 0,
      requestBytes: 0,
      responseBytes: 2,
      durationMs: HANDLER_MS,
      route: "GET /slow",
      plugin: "coapkit-plugin-logging-test",
      msg: "exchange",
    });
  });

  it("tells the format and size of a request's payload, and never the payload", async () => {
    const { app, sink } = await boot({ level: "trace" });
    await app.inject({ method: "POST", path: "/nowhere", payload: "s3cret", contentFormat: 0, confirmable: false });
    expect(sink.exchanges).toMatchObject([
      {
        type: "NON",
        method: "POST",
        code: "4.04",
        contentFormat: 0,
        requestBytes: 6,
        responseBytes: 0,
        plugin: "kernel",
      },
    ]);
    expect(sink.lines.join("")).not.toContain("s3cret");
  });

  it.each([
    ["/slow", "info"],
    ["/refused", "info"],
    ["/nowhere", "info"],
    ["/busy", "warn"],
    ["/bug", "error"],
  ])("logs GET %s at %s", async (path, level) => {
    const [record] = await exchangeOf(path);
    expect(LEVELS[record?.level as number]).toBe(level);
  });

  it("logs success at the level it is told", async () => {
    const [record] = await exchangeOf("/slow", { exchangeLevel: "debug", level: "debug" });
    expect(LEVELS[record?.level as number]).toBe("debug");
    await app?.close();
    expect(await exchangeOf("/slow", { exchangeLevel: "debug" })).toEqual([]);
  });

  it("names the plugin that ended an exchange early", async () => {
    expect(await exchangeOf("/guarded")).toMatchObject([{ code: "4.01", plugin: "coapkit-plugin-logging-test" }]);
  });

  it("says what a bug was, once with its stack", async () => {
    const { app, sink } = await boot();
    await app.inject({ method: "GET", path: "/bug" });
    expect(sink.exchanges).toMatchObject([{ code: "5.00", err: "TypeError: x is not a function\nforged" }]);
    expect(sink.records.filter(({ err }) => (err as LogRecord | undefined)?.stack !== undefined)).toHaveLength(1);
    expect(sink.lines.every((line) => line.indexOf("\n") === line.length - 1)).toBe(true);
  });

  it("warns of a request that was dropped, and says why", async () => {
    const { app, sink } = await boot();
    const unknownCritical = [{ number: 65_001, value: Uint8Array.of(1) }];
    const request = { method: "GET", path: "/slow", options: unknownCritical, confirmable: false } as const;
    await expect(app.inject(request)).rejects.toThrow();
    const [record] = sink.exchanges;
    expect(LEVELS[record?.level as number]).toBe("warn");
    expect(record).toMatchObject({ path: "/slow", plugin: "kernel", dropReason: expect.stringContaining("65001") });
    expect(record).not.toHaveProperty("code");
  });

  it("hides secrets in queries", async () => {
    expect(await exchangeOf("/slow?token=abc&unit=C")).toMatchObject([{ query: "token=[redacted]&unit=C" }]);
    await app?.close();
    expect(await exchangeOf("/slow?pin=1&unit=C", { redact: ["PIN"] })).toMatchObject([
      { query: "pin=[redacted]&unit=C" },
    ]);
  });

  it("hides the fields that it is told to", async () => {
    expect(await exchangeOf("/slow", { redactPaths: ["peer"] })).toMatchObject([{ peer: "[redacted]" }]);
  });

  it("writes one line for each exchange, whatever path and query hold", async () => {
    const { app, sink } = await boot({ pretty: true });
    const evil = "a\n[12:00:00.000] INFO: forged\u001b[31m\u2028";
    const options = [
      { number: OptionNumber.UriPath, value: evil },
      { number: OptionNumber.UriQuery, value: `${evil}=${evil}` },
    ];
    const before = sink.lines.length;
    await app.inject({ method: "GET", path: "/", options });
    const text = sink.lines.slice(before).join("");
    expect(text).toMatch(/^\[[^\]]+\] INFO: GET \/a%0A%5B12:00:00\.000%5D%20INFO:%20forged[^\n]* 4\.04 [^\n]*\n$/);
  });

  it("is the app's logger, for plugins and resources alike", async () => {
    const { sink } = await boot();
    expect(sink.records).toContainEqual(expect.objectContaining({ level: 40, from: "resolved", msg: "hello" }));
  });

  it("uses the logger that it is given", async () => {
    const sink = new RecordSink();
    const logger = pino({ base: { service: "plant" } }, sink);
    const { app } = await boot({ logger });
    await app.inject({ method: "GET", path: "/slow" });
    expect(sink.exchanges).toMatchObject([{ service: "plant", code: "2.05" }]);
  });

  it("gives that logger the level it is told, and leaves the original alone", async () => {
    const sink = new RecordSink();
    const logger = pino({ level: "info" }, sink);
    const { app } = await boot({ logger, level: "error" });
    await app.inject({ method: "GET", path: "/slow" });
    expect(sink.lines).toEqual([]);
    expect(logger.level).toBe("info");
  });

  it("takes its level from the environment", async () => {
    vi.stubEnv("LOG_LEVEL", "error");
    expect(await exchangeOf("/slow")).toEqual([]);
    await app?.close();
    expect(await exchangeOf("/bug")).toHaveLength(1);
  });

  it.each(["silent", "fatal"] as const)("adds no hook at level %s, so that exchanges cost nothing", async (level) => {
    const { app, sink } = await boot({ level });
    await clock.advance(1);
    await app.inject({ method: "GET", path: "/received" });
    await app.inject({ method: "GET", path: "/bug" });
    expect(receivedMs).toBe(0); // the kernel reads the clock for onResponse hooks only
    expect(sink.lines).toEqual([]);
  });

  it("flushes what the stream holds when the app closes", async () => {
    const events: string[] = [];
    const destination = {
      write: () => void events.push("write"),
      flush: (done: () => void) => {
        events.push("flush");
        done();
      },
    };
    const { app } = await boot({ destination });
    await app.close();
    expect(events.at(-1)).toBe("flush");
  });

  it.each([
    [{ level: "verbose" as "info" }, "COAPKIT_ERR_OPTIONS_INVALID"],
    [{ exchangeLevel: "error" as "info" }, "COAPKIT_ERR_OPTIONS_INVALID"],
    [{ destination: {} as { write(): void } }, "COAPKIT_ERR_OPTIONS_INVALID"],
    [{ redact: [1] as unknown as string[] }, "COAPKIT_ERR_OPTIONS_INVALID"],
    [{ logger: pino({ level: "silent" }), pretty: true }, "COAPKIT_ERR_OPTIONS_INVALID"],
    [{ logger: pino({ level: "silent" }), redactPaths: ["a"] }, "COAPKIT_ERR_OPTIONS_INVALID"],
  ])("refuses the options %j at boot", async (options, code) => {
    const error = await createApp({ plugins: [logging(options)] }).catch((thrown: unknown) => thrown);
    expect(isCoapkitError(error, code)).toBe(true);
  });
});
