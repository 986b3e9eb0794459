import {
  encodeOptions,
  formatCode,
  Method,
  type MethodName,
  type OptionEntry,
  OptionsView,
  parseCode,
} from "@coapkit/protocol";

/** A message to put on the wire; what is left out has its usual value. */
export interface OutgoingMessage {
  readonly type: MessageType;
  /** Method name, dotted code, or the code byte. */
  readonly code: MethodName | string | number;
  readonly messageId: number;
  readonly token: Uint8Array;
  readonly options: readonly OptionEntry[];
  readonly payload: Uint8Array | string;
}

/** A message as it came, with the options that tests look at. */
export interface IncomingMessage {
  readonly type: MessageType;
  readonly code: string;
  readonly messageId: number;
  /** In hexadecimal digits. */
  readonly token: string;
  readonly text: string;
  readonly payload: Uint8Array;
  readonly ct: number | undefined;
  readonly etag: string | undefined;
  readonly maxAge: number | undefined;
  readonly observe: number | undefined;
  /** As `number/more/size`: `0/1/64`. */
  readonly block1: string | undefined;
  readonly block2: string | undefined;
  readonly size1: number | undefined;
  readonly size2: number | undefined;
  readonly location: string;
  /** The whole datagram. */
  readonly bytes: Uint8Array;
}

/** The four message types by name. RFC 7252 §3. */
export const TYPES = ["CON", "NON", "ACK", "RST"] as const;
export type MessageType = (typeof TYPES)[number];

const HEADER_BYTES = 4;
const MARKER = 0xff;

/** Bytes of a message. */
export function encodeMessage({ type, code, messageId, token, options, payload }: OutgoingMessage): Uint8Array {
  const body = Buffer.from(payload);
  const header = [0x40 | (TYPES.indexOf(type) << 4) | token.length, codeByte(code), messageId >> 8, messageId & 0xff];
  return Buffer.concat([
    Uint8Array.from(header),
    token,
    encodeOptions(options),
    ...(body.length > 0 ? [Uint8Array.of(MARKER), body] : []),
  ]);
}

/** Reads a datagram of the server. @throws Error where it is malformed */
export function decodeMessage(bytes: Uint8Array): IncomingMessage {
  const first = bytes[0] ?? 0;
  const tokenEnd = HEADER_BYTES + (first & 0x0f);
  const options = OptionsView.parse(bytes, tokenEnd);
  if (first >> 6 !== 1 || !options.ok) throw new Error(`The server sent ${Buffer.from(bytes).toString("hex")}.`);
  const { value } = options;
  const payload = bytes.subarray(Math.min(value.end + 1, bytes.length));
  return {
    type: TYPES[(first >> 4) & 3] as MessageType,
    code: formatCode(bytes[1] ?? 0),
    messageId: ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0),
    token: hex(bytes.subarray(HEADER_BYTES, tokenEnd)) ?? "",
    text: Buffer.from(payload).toString(),
    payload,
    ct: value.uint(12),
    etag: hex(value.bytes(4)),
    maxAge: value.uint(14),
    observe: value.uint(6),
    block1: blockText(value.uint(27)),
    block2: blockText(value.uint(23)),
    size1: value.uint(60),
    size2: value.uint(28),
    location: [
      ...value.strings(8).map((segment) => `/${segment}`),
      ...value.strings(20).map((item) => `&${item}`),
    ].join(""),
    bytes,
  };
}

/** Value of a Block option: `block(2, true, 64)`. RFC 7959 §2.2. */
export function block(number: number, more: boolean, size: number): number {
  return (number << 4) | (more ? 8 : 0) | (Math.log2(size) - 4);
}

/** A path's options, one for each segment between slashes. */
export function pathOptions(path: string | readonly string[]): OptionEntry[] {
  const segments = typeof path === "string" ? path.split("/").slice(1) : path;
  return (path === "/" ? [] : segments).map((value) => ({ number: 11, value }));
}

function codeByte(code: string | number): number {
  if (typeof code === "number") return code;
  const method = Method[code as MethodName];
  if (method !== undefined) return method;
  const parsed = parseCode(code);
  if (parsed === undefined) throw new Error(`${code} is no code`);
  return parsed;
}

function blockText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value >> 4}/${(value >> 3) & 1}/${16 << (value & 7)}`;
}

function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString("hex");
}
