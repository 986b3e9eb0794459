import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoapClientError } from "./coap-client-error.js";
import { type PrintedMessage, type PrintedOption, parsePduLine } from "./pdu-line.js";
import { type ProgramOutput, runProgram } from "./run-program.js";

/** How libcoap's client is run. */
export interface CoapClientOptions {
  /** Program to run, by name or path. @defaultValue `coap-client-notls` */
  readonly program?: string | undefined;
  /** After it the program is killed, in milliseconds. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
  /** Bytes for `-f -`. */
  readonly stdin?: Uint8Array | string | undefined;
  /** Kills the program when it fires. */
  readonly signal?: AbortSignal | undefined;
}

/** What libcoap's client got. */
export interface CoapClientReply {
  /** Code of the last response, such as `2.05`; `undefined` where none came before libcoap gave up (`-B`, `-s`). */
  readonly code: string | undefined;
  /** Payload of success, blocks put together; of notifications, one after the other. Empty for an error. */
  readonly payload: Uint8Array;
  /** Payload as UTF-8 text; for an error its diagnostic text. */
  readonly text: string;
  /** Options of the last response. */
  readonly options: readonly PrintedOption[];
  /** Value of the first option of that name in the last response, as libcoap prints it. */
  option(name: string): string | undefined;
  /** Every message that libcoap printed, requests too, in order. */
  readonly messages: readonly PrintedMessage[];
  readonly stdout: string;
  readonly stderr: string;
}

const DEFAULT_PROGRAM = "coap-client-notls";
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Runs libcoap's command-line client, an implementation of CoAP that is not ours, and reads what it prints. Without a
 * shell: arguments need no quoting. `-v 6` and `-o` are set already; do not pass them.
 * @param args arguments of `coap-client`, with the URI: `["-m", "put", "-e", "21.5", uri]`
 * @throws CoapClientError when the program is missing, refuses its arguments, or does not end within `timeoutMs`
 * @example const reply = await coapClient(["-A", "50", "coap://127.0.0.1/sensors"]);
 */
export async function coapClient(args: readonly string[], options: CoapClientOptions = {}): Promise<CoapClientReply> {
  const folder = await mkdtemp(join(tmpdir(), "coapkit-coap-client-"));
  try {
    const payloadFile = join(folder, "payload");
    const output = await run(["-v", "6", "-o", payloadFile, ...args], options);
    return replyOf(output, await payloadIn(payloadFile));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(args: readonly string[], options: CoapClientOptions): Promise<ProgramOutput> {
  const { program = DEFAULT_PROGRAM, timeoutMs = DEFAULT_TIMEOUT_MS, stdin, signal } = options;
  const output = await runProgram(program, args, { timeoutMs, stdin, signal }).catch((cause: unknown) => {
    throw isMissing(cause) ? missing(program, cause) : cause;
  });
  if (output.timedOut) {
    const message = `${program} ${args.join(" ")} did not end within ${timeoutMs} ms; is the server up, or is -s longer?`;
    throw new CoapClientError("COAPKIT_ERR_COAP_CLIENT_TIMEOUT", message);
  }
  if (output.exitCode !== 0) {
    const printed = `${output.stderr}${output.stdout}`.trim();
    const message = `${program} ${args.join(" ")} ended with exit code ${output.exitCode}: ${printed}`;
    throw new CoapClientError("COAPKIT_ERR_COAP_CLIENT_FAILED", message);
  }
  return output;
}

function missing(program: string, cause: unknown): CoapClientError {
  const message = `The program ${program} is not installed; install libcoap3-bin (apt-get install libcoap3-bin).`;
  return new CoapClientError("COAPKIT_ERR_COAP_CLIENT_MISSING", message, { cause });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** libcoap creates the file with the first successful payload only. */
function payloadIn(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    if (isMissing(error)) return new Uint8Array(0);
    throw error;
  });
}

function replyOf(output: ProgramOutput, payload: Uint8Array): CoapClientReply {
  const messages = output.stdout.split("\n").flatMap((line) => parsePduLine(line) ?? []);
  const response = messages.findLast(isResponse);
  const options = response?.options ?? [];
  return {
    code: response?.code,
    payload,
    text: payload.length > 0 ? Buffer.from(payload).toString("utf8") : diagnosticIn(output.stderr),
    options,
    option: (name) => options.find((option) => option.name === name)?.value,
    messages,
    stdout: output.stdout,
    stderr: output.stderr,
  };
}

function isResponse({ code }: PrintedMessage): boolean {
  return /^[2-5]\.\d\d$/.test(code);
}

/** Errors go to standard error as `4.04 Not Found`. */
function diagnosticIn(stderr: string): string {
  return /^[45]\.\d\d ?(.*?)\n?$/s.exec(stderr)?.[1] ?? "";
}
