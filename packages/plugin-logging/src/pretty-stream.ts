import { type DestinationStream, pino } from "pino";
import { prettyFactory } from "pino-pretty";
import { EXCHANGE_MESSAGE } from "./exchange-record.js";

/** Parts of an exchange record that the message of its pretty form shows already. */
const SUMMARIZED = ["method", "path", "query", "code", "durationMs"] as const;

type LogRecord = Record<string, unknown>;

/**
 * A stream that writes pino's records as lines for people. Works in this thread and at once, so that the last words of
 * a process that exits are not lost. Text cannot forge lines: control characters of messages and keys are escaped,
 * those of other values too, and the lines of a stack are indented.
 */
export function prettyStream(target: DestinationStream, colorize: boolean): DestinationStream {
  const format = prettyFactory({ colorize, singleLine: true, ignore: "pid,hostname" });
  return {
    write(line: string) {
      target.write(escapeRare(format(forPeople(JSON.parse(line)))));
    },
  };
}

/** Standard output, written to without a buffer. */
export function standardOutput(): DestinationStream {
  return pino.destination({ fd: 1, sync: true });
}

function forPeople(record: LogRecord): LogRecord {
  const shown: LogRecord = {};
  for (const [key, value] of Object.entries(record)) shown[escapeControls(key)] = value;
  if (record.msg === EXCHANGE_MESSAGE && typeof record.method === "string") {
    shown.msg = summary(record);
    for (const key of SUMMARIZED) delete shown[key];
  }
  if (typeof shown.msg === "string") shown.msg = escapeControls(shown.msg);
  return shown;
}

/** `GET /sensors/1?unit=C 2.05 0.4 ms`. */
function summary({ method, path, query, code, durationMs }: LogRecord): string {
  const target = query === undefined ? path : `${path}?${query}`;
  return `${method} ${target} ${code ?? "no answer"} ${durationMs} ms`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROLS = /[\u0000-\u001f]/g;
/** DEL, C1 (a terminal may take U+009B for the start of an escape sequence), and the line separators of Unicode. */
const RARE_CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

function escapeControls(text: string): string {
  return text.replace(CONTROLS, escaped);
}

/** For finished lines: none of these characters is of the formatter's making, and JSON does not escape them. */
function escapeRare(text: string): string {
  return text.replace(RARE_CONTROLS, escaped);
}

function escaped(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
