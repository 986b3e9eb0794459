const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Up to here a loop beats the call of the encoder or decoder, in bytes. */
const SHORT = 96;

/** Number of bytes of the UTF-8 form; a lone surrogate counts as U+FFFD, which is what is written for it. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (isSurrogatePair(text, index)) {
      length += 2;
      index += 1;
    } else length += 2;
  }
  return length;
}

/** Writes the UTF-8 form, which must be `length` bytes long, at `offset`. */
export function writeUtf8(text: string, length: number, target: Uint8Array, offset: number): void {
  if (length !== text.length || length > SHORT) {
    encoder.encodeInto(text, target.subarray(offset, offset + length));
    return;
  }
  for (let index = 0; index < length; index++) target[offset + index] = text.charCodeAt(index);
}

/** Writes the UTF-8 form at `offset`, where there is room for three bytes a character. @returns where it ends */
export function writeText(text: string, target: Uint8Array, offset: number): number {
  const { length } = text;
  if (length > SHORT) return encodeText(text, target, offset);
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) return encodeText(text, target, offset);
    target[offset + index] = unit;
  }
  return offset + length;
}

function encodeText(text: string, target: Uint8Array, offset: number): number {
  return offset + encoder.encodeInto(text, target.subarray(offset)).written;
}

/** Text in `buffer[start, end)`; invalid sequences read as U+FFFD. Short ASCII does without the decoder's overhead. */
export function readUtf8(buffer: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) return decoder.decode(buffer.subarray(start, end));
  let text = "";
  for (let index = start; index < end; index++) {
    const byte = buffer[index] as number;
    if (byte >= 0x80) return decoder.decode(buffer.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

function isSurrogatePair(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}
