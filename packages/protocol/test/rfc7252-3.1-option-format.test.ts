import { describe, expect, it } from "vitest";
import { decodeUint, encodeOptions, OptionCursor, type OptionEntry, OptionNumber, OptionsView } from "../src/index.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("RFC 7252 §3.1 option format", () => {
  it.each<[string, OptionEntry[]]>([
    ["", []],
    // Appendix A, Figure 16: GET coap://server/temperature
    ["bb 74656d7065726174757265", [{ number: OptionNumber.UriPath, value: "temperature" }]],
    ["c0", [{ number: 12, value: 0 }]],
    ["c1 28", [{ number: 12, value: 40 }]],
    [
      "c0 00",
      [
        { number: 12, value: 0 },
        { number: 12, value: "" },
      ],
    ],
    ["d0 00", [{ number: 13, value: 0 }]],
    ["d0 ff", [{ number: 268, value: 0 }]],
    ["e0 0000", [{ number: 269, value: 0 }]],
    ["e0 fef2", [{ number: 65535, value: 0 }]],
    [`0c ${"61".repeat(12)}`, [{ number: 0, value: "a".repeat(12) }]],
    [`1d 00 ${"61".repeat(13)}`, [{ number: 1, value: "a".repeat(13) }]],
    [`1d ff ${"61".repeat(268)}`, [{ number: 1, value: "a".repeat(268) }]],
    [`1e 0000 ${"61".repeat(269)}`, [{ number: 1, value: "a".repeat(269) }]],
    [`dd 03 01 ${"c3bc".repeat(7)}`, [{ number: 16, value: "ü".repeat(7) }]],
    [`ee 0001 feff ${"00".repeat(65548)}`, [{ number: 270, value: new Uint8Array(65548) }]],
  ])("%.40s is written and read", (wire, entries) => {
    expect(hex(encodeOptions(entries))).toBe(wire.replaceAll(" ", ""));
    const parsed = OptionsView.parse(bytes(wire));
    const read = parsed.ok ? [...parsed.value].map(({ number, value }) => `${number}:${hex(value)}`) : [];
    const expected = [...OptionsView.of(entries)].map(({ number, value }) => `${number}:${hex(value)}`);
    expect(read).toEqual(expected);
    expect(read).toHaveLength(entries.length);
  });

  it("orders options by number and keeps the order of equal numbers", () => {
    const wire = encodeOptions([
      { number: OptionNumber.UriQuery, value: "q" },
      { number: OptionNumber.UriPath, value: "b" },
      { number: OptionNumber.UriHost, value: "h" },
      { number: OptionNumber.UriPath, value: "a" },
    ]);
    expect(hex(wire)).toBe("3168" + "8162" + "0161" + "4171");
  });

  it("stops at the payload marker, whatever follows", () => {
    const parsed = OptionsView.parse(bytes("40 bb74656d7065726174757265 ff ff00"), 1);
    expect(parsed.ok && parsed.value.end).toBe(13);
    expect(parsed.ok && parsed.value.string(OptionNumber.UriPath)).toBe("temperature");
  });

  it.each([
    ["f0", "reserved nibble 15"],
    ["f1 00", "reserved nibble 15"],
    ["0f", "reserved nibble 15"],
    ["ef", "reserved nibble 15"],
    ["b1", "cut off"],
    ["bb 7465", "cut off"],
    ["d0", "cut off"],
    ["e0 00", "cut off"],
    ["0d", "cut off"],
    ["0e 00", "cut off"],
    ["dd 00", "cut off"],
    ["e0 fef3", "65535"],
    ["e0 ffff", "65535"],
    ["e0 fef2 10", "65535"],
  ])("%s is a message format error", (wire, reason) => {
    expect(OptionsView.parse(bytes(wire))).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  it("MUST process uints with leading zero bytes (§3.2)", () => {
    const view = OptionsView.parse(bytes("c3 00 00 32"));
    expect(view).toMatchObject({ ok: true });
    if (view.ok) expect(view.value.uint(OptionNumber.ContentFormat)).toBe(50);
    expect(decodeUint(bytes("00 00 01 00"))).toBe(256);
  });

  it("is walked by a cursor as by a view", () => {
    const wire = bytes("aa 3168 8162 e0 0000 ff");
    const cursor = new OptionCursor();
    cursor.reset(wire, 1, 8);
    const seen: number[][] = [];
    while (cursor.next()) seen.push([cursor.number, cursor.valueStart, cursor.valueEnd]);
    expect(seen).toEqual([
      [3, 2, 3],
      [11, 4, 5],
      [280, 8, 8],
    ]);
    expect(cursor.next()).toBe(false);
    expect(cursor.number).toBe(280);
  });
});
