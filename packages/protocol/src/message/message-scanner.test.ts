import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeOptions, type OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import { OptionsView } from "../option/options-view.js";
import { MessageScanner, OptionFlag, Verdict } from "./message-scanner.js";
import { Type } from "./message-type.js";

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const scanner = new MessageScanner();

function scan(bytes: readonly number[]): Verdict {
  return scanner.scan(Uint8Array.from(bytes), 0, bytes.length);
}

/** CON GET 0x1234 without token, with these bytes behind the header. */
function get(...rest: readonly number[]): readonly number[] {
  return [0x40, 0x01, 0x12, 0x34, ...rest];
}

function fields() {
  const { type, code, messageId, tokenStart, tokenEnd, optionsStart, optionsEnd, payloadStart, end, flags } = scanner;
  return { type, code, messageId, tokenStart, tokenEnd, optionsStart, optionsEnd, payloadStart, end, flags };
}

describe("MessageScanner on the examples of RFC 7252 Appendix A", () => {
  it("reads Figure 16's request and its piggybacked response", () => {
    expect(scan([0x40, 0x01, 0x7d, 0x34, 0xbb, ...ascii("temperature")])).toBe(Verdict.Message);
    expect(fields()).toEqual({
      type: Type.CON,
      code: 1,
      messageId: 0x7d34,
      tokenStart: 4,
      tokenEnd: 4,
      optionsStart: 4,
      optionsEnd: 16,
      payloadStart: 16,
      end: 16,
      flags: 0,
    });
    expect(scan([0x60, 0x45, 0x7d, 0x34, 0xff, ...ascii("22.3 C")])).toBe(Verdict.Message);
    expect(fields()).toMatchObject({
      type: Type.ACK,
      code: 0x45,
      optionsStart: 4,
      optionsEnd: 4,
      payloadStart: 5,
      end: 11,
    });
  });

  it("reads Figure 17's request and response with the token 0x20", () => {
    expect(scan([0x41, 0x01, 0x7d, 0x35, 0x20, 0xbb, ...ascii("temperature")])).toBe(Verdict.Message);
    expect(fields()).toMatchObject({ messageId: 0x7d35, tokenStart: 4, tokenEnd: 5, optionsStart: 5, optionsEnd: 17 });
    expect(scan([0x61, 0x45, 0x7d, 0x35, 0x20, 0xff, ...ascii("22.3 C")])).toBe(Verdict.Message);
    expect(fields()).toMatchObject({ type: Type.ACK, tokenEnd: 5, optionsEnd: 5, payloadStart: 6, end: 12 });
  });

  it("reads an empty acknowledgement and a reset", () => {
    expect(scan([0x60, 0x00, 0x7d, 0x38])).toBe(Verdict.Message);
    expect(fields()).toMatchObject({ type: Type.ACK, code: 0, messageId: 0x7d38 });
    expect(scan([0x70, 0x00, 0x7d, 0x38])).toBe(Verdict.Message);
    expect(scanner.type).toBe(Type.RST);
  });
});

describe("MessageScanner and the format rules of RFC 7252 §3", () => {
  it("ignores what is too short to have a version, and other versions", () => {
    for (let length = 0; length < 4; length++) expect(scan(get().slice(0, length))).toBe(Verdict.Ignore);
    for (const version of [0, 2, 3]) expect(scan([version << 6, 1, 0, 1, 0xff])).toBe(Verdict.Ignore);
  });

  it.each([
    ["token length 9", [0x49, 1, 0x12, 0x34, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ["token length 12", [0x4c, 1, 0x12, 0x34, ...new Array(12).fill(1)]],
    ["token length 15", [0x4f, 1, 0x12, 0x34, ...new Array(15).fill(1)]],
    ["a token cut off", [0x44, 1, 0x12, 0x34, 1, 2, 3]],
    ["an empty message with a token", [0x41, 0, 0x12, 0x34, 1]],
    ["an empty message that lacks its token", [0x41, 0, 0x12, 0x34]],
    ["an empty message with an option", [0x40, 0, 0x12, 0x34, 0xb1, 0x61]],
    ["an empty message with a payload", [0x40, 0, 0x12, 0x34, 0xff, 0x61]],
    ["a payload marker with nothing behind it", get(0xb1, 0x61, 0xff)],
    ["delta 15 that is no payload marker", get(0xf1, 0x61)],
    ["length 15", get(0xbf, ...new Array(15).fill(0x61))],
    ["a value cut off", get(0xb3, 0x61, 0x61)],
    ["a delta extension cut off", get(0xd0)],
    ["a two-byte delta extension cut off", get(0xe0, 0)],
    ["a length extension cut off", get(0x0d)],
    ["a two-byte length extension cut off", get(0x0e, 0)],
    ["an option number above 65535", get(0xe0, 0xfe, 0xf3)],
    ["option numbers that add up to more than 65535", get(0xe0, 0xfe, 0xf2, 0x10)],
  ])("finds a format error in %s, and keeps type and message ID readable", (_, bytes) => {
    expect(scan(bytes)).toBe(Verdict.FormatError);
    expect([scanner.type, scanner.messageId]).toEqual([Type.CON, 0x1234]);
  });

  it("takes option number 65535 and a value of 269 bytes", () => {
    expect(scan(get(0xe0, 0xfe, 0xf2))).toBe(Verdict.Message);
    expect(scan(get(0xbe, 0, 0, ...new Array(269).fill(1)))).toBe(Verdict.Message);
    expect(scan(get(0xbe, 0, 0, ...new Array(268).fill(1)))).toBe(Verdict.FormatError);
  });

  it("reads nothing behind the datagram's end, also where the buffer goes on", () => {
    const bytes = Uint8Array.from(get(0xdd, 0, 0, 0xee, 0, 0, 0, 0, 0x61));
    for (let end = 4; end <= bytes.length; end++) {
      expect(scanner.scan(bytes, 0, end), `cut at ${end}`).toBe(naiveVerdict(bytes, end));
    }
    const header = Uint8Array.from(get(0xd0, 0x00, 0x00));
    expect(scanner.scan(header, 0, 5)).toBe(Verdict.FormatError);
    expect(scanner.scan(header, 0, 6)).toBe(Verdict.Message);
  });

  it("describes a message anywhere in a buffer by offsets into it", () => {
    const bytes = Uint8Array.from([0xff, 0xff, ...get(0xb1, 0x61, 0xff, 0x62), 0xff]);
    expect(scanner.scan(bytes, 2, 10)).toBe(Verdict.Message);
    expect(fields()).toMatchObject({ tokenStart: 6, optionsStart: 6, optionsEnd: 8, payloadStart: 9, end: 10 });
  });

  it("leaves nothing of a message before in an empty one", () => {
    scan(get(0x61, 0x01, 0xff, 0x62));
    expect(scanner.flags).toBe(OptionFlag.Observe);
    expect(scan([0x40, 0, 0, 1])).toBe(Verdict.Message);
    expect(fields()).toMatchObject({
      tokenStart: 4,
      tokenEnd: 4,
      optionsStart: 4,
      optionsEnd: 4,
      payloadStart: 4,
      end: 4,
      flags: 0,
    });
  });
});

describe("MessageScanner and extended tokens of RFC 8974 §2.1", () => {
  const token = (length: number) => new Array<number>(length).fill(7);

  it.each([
    [13, [0x4d, 1, 0, 1, 0, ...token(13)], 5],
    [268, [0x4d, 1, 0, 1, 255, ...token(268)], 5],
    [269, [0x4e, 1, 0, 1, 0, 0, ...token(269)], 6],
    [65_804, [0x4e, 1, 0, 1, 255, 255, ...token(65_804)], 6],
  ])("reads a token of %i bytes", (length, bytes, start) => {
    expect(scan(bytes)).toBe(Verdict.Message);
    expect([scanner.tokenStart, scanner.tokenEnd]).toEqual([start, start + length]);
    expect(scan(bytes.slice(0, -1))).toBe(Verdict.FormatError);
  });

  it.each([[[0x4d, 1, 0, 1]], [[0x4e, 1, 0, 1]], [[0x4e, 1, 0, 1, 0]]])("finds the length cut off in %j", (bytes) => {
    expect(scan(bytes)).toBe(Verdict.FormatError);
    const longer = Uint8Array.from([...bytes, 0, 0, 0]);
    expect(scanner.scan(longer, 0, bytes.length)).toBe(Verdict.FormatError);
  });
});

describe("MessageScanner flags", () => {
  const flagged: readonly (readonly [number, number])[] = [
    [OptionNumber.Observe, OptionFlag.Observe],
    [OptionNumber.Block1, OptionFlag.Block1],
    [OptionNumber.Block2, OptionFlag.Block2],
    [OptionNumber.Size1, OptionFlag.Size1],
    [OptionNumber.Size2, OptionFlag.Size2],
    [OptionNumber.NoResponse, OptionFlag.NoResponse],
    [OptionNumber.RequestTag, OptionFlag.RequestTag],
    [OptionNumber.Echo, OptionFlag.Echo],
  ];

  it.each(flagged)("option %i sets its own bit", (number, flag) => {
    expect(scan(get(...encodeOptions([{ number, value: Uint8Array.of(1) }])))).toBe(Verdict.Message);
    expect(scanner.flags).toBe(flag);
  });

  it("gather what occurs, and nothing else", () => {
    const all = flagged.map(([number]) => ({ number, value: 1 }));
    const others = [OptionNumber.UriPath, OptionNumber.IfMatch, OptionNumber.Accept].map((number) => ({
      number,
      value: 1,
    }));
    expect(scan(get(...encodeOptions([...all, ...others, ...all])))).toBe(Verdict.Message);
    expect(scanner.flags).toBe(255);
    expect(scan(get(...encodeOptions(others)))).toBe(Verdict.Message);
    expect(scanner.flags).toBe(0);
  });
});

describe("MessageScanner on arbitrary bytes", () => {
  /** Mostly well-formed, so that the walk gets far. */
  const likely = fc
    .record({
      token: fc.uint8Array({ maxLength: 8 }),
      code: fc.nat(255),
      options: fc.array(fc.record({ number: fc.nat(400), value: fc.uint8Array({ maxLength: 300 }) }), { maxLength: 6 }),
      payload: fc.uint8Array({ maxLength: 4 }),
      cut: fc.nat(3),
      flip: fc.option(fc.tuple(fc.nat(30), fc.nat(255)), { freq: 3 }),
    })
    .map(({ token, code, options, payload, cut, flip }) => {
      const marker = payload.length > 0 ? [0xff, ...payload] : [];
      const bytes = [0x40 | token.length, code, 1, 2, ...token, ...encodeOptions(options as OptionEntry[]), ...marker];
      if (flip !== null && flip[0] < bytes.length) bytes[flip[0]] = flip[1];
      return Uint8Array.from(bytes.slice(0, bytes.length - cut));
    });
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 48 }),
    fc.uint8Array({ maxLength: 48 }).map((bytes) => Uint8Array.from([0x40, 1, 0, 1, ...bytes])),
    likely,
  );

  it("never throws, and agrees with a parser that is written for clarity", () => {
    const verdicts = new Set<Verdict>();
    fc.assert(
      fc.property(anything, fc.nat(3), fc.nat(3), (bytes, before, behind) => {
        const buffer = new Uint8Array(before + bytes.length + behind).fill(0x11);
        buffer.set(bytes, before);
        const verdict = scanner.scan(buffer, before, before + bytes.length);
        verdicts.add(verdict);
        const expected = parseNaively([...bytes]);
        if (typeof expected === "number") {
          expect(verdict).toBe(expected);
          return;
        }
        expect(verdict).toBe(Verdict.Message);
        const at = (offset: number) => offset - before;
        expect({
          type: scanner.type,
          code: scanner.code,
          messageId: scanner.messageId,
          token: [...buffer.subarray(scanner.tokenStart, scanner.tokenEnd)],
          options: [at(scanner.optionsStart), at(scanner.optionsEnd)],
          payload: [...buffer.subarray(scanner.payloadStart, scanner.end)],
          flags: scanner.flags,
        }).toEqual(expected);
      }),
      { numRuns: 5000 },
    );
    expect(verdicts.size).toBe(3);
  });

  it("agrees with OptionsView.parse about options", () => {
    fc.assert(
      fc.property(anything, (bytes) => {
        const message = Uint8Array.from([0x40, 1, 0, 1, ...bytes]);
        const verdict = scanner.scan(message, 0, message.length);
        const parsed = OptionsView.parse(message, 4, message.length);
        const hasBareMarker = parsed.ok && parsed.value.end === message.length - 1;
        expect(verdict === Verdict.Message).toBe(parsed.ok && !hasBareMarker);
        if (parsed.ok && !hasBareMarker) expect(scanner.optionsEnd).toBe(parsed.value.end);
      }),
      { numRuns: 5000 },
    );
  });
});

const FLAG_OF: Readonly<Record<number, number>> = {
  6: OptionFlag.Observe,
  23: OptionFlag.Block2,
  27: OptionFlag.Block1,
  28: OptionFlag.Size2,
  60: OptionFlag.Size1,
  252: OptionFlag.Echo,
  258: OptionFlag.NoResponse,
  292: OptionFlag.RequestTag,
};

function naiveVerdict(bytes: Uint8Array, end: number): Verdict {
  const parsed = parseNaively([...bytes.subarray(0, end)]);
  return typeof parsed === "number" ? parsed : Verdict.Message;
}

/** RFC 7252 §3 with a queue of bytes: whatever is missing is a format error. */
function parseNaively(bytes: readonly number[]) {
  const [first = 0, code = 0, high = 0, low = 0, ...rest] = bytes;
  if (bytes.length < 4 || first >> 6 !== 1) return Verdict.Ignore;
  const take = (count: number): number[] => {
    if (rest.length < count) throw new RangeError("too short");
    return rest.splice(0, count);
  };
  const extended = (nibble: number): number => {
    if (nibble < 13) return nibble;
    if (nibble === 13) return 13 + (take(1)[0] as number);
    if (nibble === 15) throw new RangeError("reserved");
    const [a = 0, b = 0] = take(2);
    return 269 + 256 * a + b;
  };
  try {
    const tokenNibble = first & 15;
    if (tokenNibble > 8 && tokenNibble < 13) return Verdict.FormatError;
    const token = take(extended(tokenNibble));
    if (code === 0 && bytes.length > 4) return Verdict.FormatError;
    const start = bytes.length - rest.length;
    let number = 0;
    let flags = 0;
    while (rest.length > 0 && rest[0] !== 0xff) {
      const [header = 0] = take(1);
      number += extended(header >> 4);
      take(extended(header & 15));
      if (number > 65_535) return Verdict.FormatError;
      flags |= FLAG_OF[number] ?? 0;
    }
    const end = bytes.length - rest.length;
    if (rest.length === 1) return Verdict.FormatError;
    return {
      type: (first >> 4) & 3,
      code,
      messageId: 256 * high + low,
      token,
      options: [start, end],
      payload: rest.slice(1),
      flags,
    };
  } catch {
    return Verdict.FormatError;
  }
}
