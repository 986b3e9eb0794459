import { encodeUint, type OptionEntry, type OptionsView } from "@coapkit/protocol";

/** Value of a Block1 or Block2 option. RFC 7959 §2.2. */
export interface BlockOption {
  readonly num: number;
  readonly more: boolean;
  /** Size exponent; 7 is reserved and leads to 4.00. */
  readonly szx: number;
}

/** Largest size exponent: blocks of 1024 bytes. RFC 7959 §2.2. */
export const MAX_SZX = 6;

const MAX_VALUE_BYTES = 3;

/** Reads a block option; `undefined` where there is none or where it is too long, which the kernel answers with 4.02. */
export function readBlock(options: OptionsView, number: number): BlockOption | undefined {
  const value = options.uint(number);
  if (value === undefined || (options.bytes(number)?.length ?? 0) > MAX_VALUE_BYTES) return undefined;
  return { num: value >>> 4, more: (value & 0x08) !== 0, szx: value & 0x07 };
}

/** A block option to send. */
export function blockEntry(number: number, { num, more, szx }: BlockOption): OptionEntry {
  return { number, value: encodeUint(num * 16 + (more ? 0x08 : 0) + szx) };
}

/** Block size in bytes. */
export function blockBytes(szx: number): number {
  return 1 << (szx + 4);
}
