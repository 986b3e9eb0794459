import { createRequire } from "node:module";
import { ConfigError, definePlugin, LOGGER, type Logger as LoggerPort, type PluginHost } from "@coapkit/core";
import type { Logger } from "pino";
import { createLogger } from "./create-logger.js";
import { exchangeLevel } from "./exchange-level.js";
import { EXCHANGE_MESSAGE, errorSummary, exchangeRecord } from "./exchange-record.js";
import { conflictWithLogger, loggingOptions, type ParsedLoggingOptions } from "./logging-options.js";
import { queryRedactor } from "./redact-query.js";

const packageJson = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/**
 * Puts pino behind the app's `LOGGER`, and writes one record per exchange. `level: "silent"` costs nothing per request.
 * @example createApp({ plugins: [logging({ level: "debug" })] })
 */
export const logging = definePlugin({
  name: "@coapkit/plugin-logging",
  version: packageJson.version,
  contract: 1,
  options: loggingOptions,
  setup(host, options) {
    refuseConflict(options);
    const logger = createLogger(options);
    host.provide<LoggerPort>(LOGGER, () => logger, { replace: true });
    // Checked once: an exchange record is never above `error`, so nothing is to be done for quieter levels.
    if (logger.isLevelEnabled("error")) addExchangeRecords(host, logger, options);
    host.onClose(() => flushed(logger));
  },
});

/** What `logging` takes; the README has the table. */
export type LoggingOptions = NonNullable<Parameters<typeof logging>[0]>;

function addExchangeRecords(host: PluginHost, logger: Logger, options: ParsedLoggingOptions): void {
  const context = { clock: host.clock, redactQuery: queryRedactor(options.redact) };
  host.hooks.add("onResponse", (ctx, response) => {
    const level = exchangeLevel(ctx, response, options.exchangeLevel);
    if (!logger.isLevelEnabled(level)) return;
    const record = exchangeRecord(ctx, response, context);
    logger[level](level === "error" ? { ...record, err: errorSummary(ctx.error) } : record, EXCHANGE_MESSAGE);
  });
}

/** A stream that is gone already must not fail the close of the app. */
function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve) => logger.flush(() => resolve()));
}

function refuseConflict(options: ParsedLoggingOptions): void {
  const name = conflictWithLogger(options);
  if (name === undefined) return;
  throw new ConfigError(
    "COAPKIT_ERR_OPTIONS_INVALID",
    `Options of @coapkit/plugin-logging: "${name}" has no effect beside "logger"; configure that logger instead.`,
  );
}
