/** One message as `coap-client -v 6` prints it: `v:1 t:ACK c:2.05 i:8fc2 {01} [ Max-Age:1 ] :: 'text'`. */
export interface PrintedMessage {
  /** `CON`, `NON`, `ACK` or `RST`. */
  readonly type: string;
  /** `2.05` for responses, `GET` for requests, `0.00` for Empty. */
  readonly code: string;
  readonly messageId: number;
  /** In hexadecimal digits; empty for no token. */
  readonly token: string;
  readonly options: readonly PrintedOption[];
}

/** An option in libcoap's notation. */
export interface PrintedOption {
  /** Registered name, or the number where libcoap knows none. */
  readonly name: string;
  /** As printed: `text/plain`, `0x01`, `1/M/16`, `\x61` for bytes of unknown options. */
  readonly value: string;
}

const MESSAGE = /^v:1 t:(CON|NON|ACK|RST) c:(\S+) i:([0-9a-f]+) \{([0-9a-f]*)\} \[ (.*)$/;
const OPTION = /^([A-Z][A-Za-z0-9-]*|\d+):(.*)$/;

/** Reads one line of output; `undefined` for any other line. */
export function parsePduLine(line: string): PrintedMessage | undefined {
  const [, type, code, messageId, token, rest] = MESSAGE.exec(line) ?? [];
  if (type === undefined || code === undefined || messageId === undefined || rest === undefined) return undefined;
  return { type, code, messageId: Number.parseInt(messageId, 16), token: token ?? "", options: parseOptions(rest) };
}

function parseOptions(rest: string): readonly PrintedOption[] {
  const payloadAt = rest.indexOf("] ::");
  const list = (payloadAt < 0 ? rest.slice(0, rest.lastIndexOf("]")) : rest.slice(0, payloadAt)).trim();
  return list === "" ? [] : list.split(", ").reduce<PrintedOption[]>(addOption, []);
}

/** A value may hold ", " itself: what does not begin like an option goes on with the one before. */
function addOption(options: PrintedOption[], text: string): PrintedOption[] {
  const [, name, value] = OPTION.exec(text) ?? [];
  const last = options.at(-1);
  if (name !== undefined && value !== undefined) options.push({ name, value });
  else if (last !== undefined) options[options.length - 1] = { name: last.name, value: `${last.value}, ${text}` };
  return options;
}
