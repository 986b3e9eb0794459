import { describe, expect, it } from "vitest";
import {
  encodeAcknowledgement,
  encodeRequest,
  MAX_SOURCES,
  MessageType,
  SEQUENCES,
  sequenceOf,
  sourceOf,
  stampRequest,
  tokenOf,
} from "./message.js";

describe("encodeRequest", () => {
  it("writes a confirmable GET with one Uri-Path option per segment", () => {
    const request = encodeRequest(MessageType.CON, "/sensors/1");
    expect(request.toString("hex")).toBe(`4401000000000000b7${Buffer.from("sensors").toString("hex")}0131`);
  });

  it("writes a non-confirmable GET of the root without options", () => {
    expect(encodeRequest(MessageType.NON, "/").toString("hex")).toBe("5401000000000000");
  });
});

describe("stampRequest", () => {
  it("changes message ID and token and nothing else", () => {
    const request = encodeRequest(MessageType.CON, "/a");
    const before = Buffer.from(request);
    stampRequest(request, 3, 0x01_2345);
    expect(request.subarray(2, 4).toString("hex")).toBe("2345");
    expect(request.subarray(0, 2)).toEqual(before.subarray(0, 2));
    expect(request.subarray(8)).toEqual(before.subarray(8));
  });

  it("keeps source and sequence apart up to their largest values", () => {
    const request = encodeRequest(MessageType.CON, "/a");
    for (const source of [0, 1, MAX_SOURCES - 1]) {
      for (const sequence of [0, 1, 65_535, 65_536, SEQUENCES - 1]) {
        stampRequest(request, source, sequence);
        expect([sourceOf(tokenOf(request)), sequenceOf(tokenOf(request))]).toEqual([source, sequence]);
      }
    }
  });
});

describe("encodeAcknowledgement", () => {
  it("is empty and names the response's message ID", () => {
    expect(encodeAcknowledgement(Uint8Array.of(0x44, 0x45, 0xab, 0xcd, 1, 2, 3, 4)).toString("hex")).toBe("6000abcd");
  });
});
