import { Code, OptionNumber } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { MessageType } from "../load/message.js";
import { encodeConfirmable, readReply } from "./client-message.js";

const REQUEST = {
  code: Code.PUT,
  messageId: 0xabcd,
  token: 0xfedc_ba98,
  options: [{ number: OptionNumber.UriPath, value: "a" }],
};

describe("encodeConfirmable", () => {
  it("writes header, token, options and payload", () => {
    const message = encodeConfirmable({ ...REQUEST, payload: Uint8Array.of(1, 2) });
    expect(message.toString("hex")).toBe("4403abcdfedcba98b161ff0102");
  });

  it("writes no payload marker where there is no payload", () => {
    expect(encodeConfirmable(REQUEST).toString("hex")).toBe("4403abcdfedcba98b161");
  });
});

describe("readReply", () => {
  it("reads back what was written", () => {
    const reply = readReply(encodeConfirmable({ ...REQUEST, payload: Uint8Array.of(1, 2) }));
    expect(reply).toMatchObject({ type: MessageType.CON, code: Code.PUT, messageId: 0xabcd, token: 0xfedc_ba98 });
    expect(reply?.options.strings(OptionNumber.UriPath)).toEqual(["a"]);
    expect([...(reply?.payload ?? [])]).toEqual([1, 2]);
  });

  it("reads an empty acknowledgement, which has no token", () => {
    const reply = readReply(Buffer.from("60001234", "hex"));
    expect(reply).toMatchObject({ type: MessageType.ACK, code: 0, messageId: 0x1234, token: undefined });
    expect(reply?.payload).toHaveLength(0);
  });

  it("has no number for a token that is cut off", () => {
    expect(readReply(Buffer.from("6445123401", "hex"))?.token).toBeUndefined();
  });

  it.each([[""], ["604512"], ["a0451234"], ["60451234f1"]])("refuses %j", (hex) => {
    expect(readReply(Buffer.from(hex, "hex"))).toBeUndefined();
  });
});
