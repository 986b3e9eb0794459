import { describe, expect, it } from "vitest";
import { parsePduLine } from "./pdu-line.js";

describe("parsePduLine", () => {
  it("reads type, code, message ID, token and options", () => {
    const line =
      "v:1 t:ACK c:2.05 i:66e7 {02000000000002} [ ETag:0x01, Content-Format:application/link-format ] :: 'x'";
    expect(parsePduLine(line)).toEqual({
      type: "ACK",
      code: "2.05",
      messageId: 0x66e7,
      token: "02000000000002",
      options: [
        { name: "ETag", value: "0x01" },
        { name: "Content-Format", value: "application/link-format" },
      ],
    });
  });

  it("reads an Empty message and requests by method name", () => {
    expect(parsePduLine("v:1 t:ACK c:0.00 i:4e1d {} [ ]")).toMatchObject({ code: "0.00", token: "", options: [] });
    expect(parsePduLine("v:1 t:CON c:iPATCH i:7f8c {01} [ Uri-Path:a ] :: '1'")).toMatchObject({ code: "iPATCH" });
  });

  it("is not misled by brackets and commas in values and payload", () => {
    const line = "v:1 t:ACK c:2.01 i:1 {01} [ Location-Path:a]b, Location-Query:q=1, and 2, 2049:\\x61 ] :: 'x ] :: y'";
    expect(parsePduLine(line)?.options).toEqual([
      { name: "Location-Path", value: "a]b" },
      { name: "Location-Query", value: "q=1, and 2" },
      { name: "2049", value: "\\x61" },
    ]);
  });

  it("passes over other lines", () => {
    for (const line of ["", "4.04 Not Found", "<<ff00>>", "Nov 23 08:01:14.663 WARN v:1 t:ACK"]) {
      expect(parsePduLine(line)).toBeUndefined();
    }
  });
});
