import { describe, expect, it } from "vitest";
import { encodeRequest, MessageType, stampRequest } from "./message.js";
import { checkContent, checkEcho, Verdict } from "./reply-check.js";

function requestOf(type: 0 | 1): Buffer {
  const request = encodeRequest(type, "/a");
  stampRequest(request, 1, 0x1234);
  return request;
}

/** A 2.05 with Content-Format 50 and the request's token. */
function replyTo(request: Buffer, first: number, payload: string, code = 0x45): Buffer {
  const head = Buffer.from(request.subarray(0, 8));
  head[0] = first;
  head[1] = code;
  return Buffer.concat([head, Buffer.from("c132ff", "hex"), Buffer.from(payload)]);
}

const PAYLOAD = '{"a":1}';
const ACK = 0x64;
const NON = 0x54;
const CON = 0x44;

describe("checkEcho", () => {
  it("takes the request itself and nothing else", () => {
    const request = requestOf(MessageType.CON);
    const other = Buffer.from(request);
    other[9] = (other[9] as number) ^ 1;
    expect(checkEcho(Buffer.from(request), request)).toBe(Verdict.right);
    expect(checkEcho(other, request)).toBe(Verdict.wrong);
    expect(checkEcho(Buffer.concat([request, request]), request)).toBe(Verdict.wrong);
  });
});

describe("checkContent", () => {
  const check = checkContent(Buffer.from(PAYLOAD));
  const request = requestOf(MessageType.CON);

  it("takes a piggybacked 2.05 with the expected payload, again and again", () => {
    const reply = replyTo(request, ACK, PAYLOAD);
    expect([check(reply, request), check(reply, request)]).toEqual([Verdict.right, Verdict.right]);
  });

  it("refuses another payload, code or message ID, and an ACK to a NON request", () => {
    const otherMessageId = replyTo(request, ACK, PAYLOAD);
    otherMessageId[3] = 0;
    const non = requestOf(MessageType.NON);
    expect(check(replyTo(request, ACK, '{"a":2}'), request)).toBe(Verdict.wrong);
    expect(check(replyTo(request, ACK, `${PAYLOAD} `), request)).toBe(Verdict.wrong);
    expect(check(replyTo(request, ACK, PAYLOAD, 0x84), request)).toBe(Verdict.wrong);
    expect(check(otherMessageId, request)).toBe(Verdict.wrong);
    expect(check(replyTo(non, ACK, PAYLOAD), non)).toBe(Verdict.wrong);
  });

  it("refuses a datagram whose options are cut off", () => {
    expect(check(replyTo(request, ACK, PAYLOAD).subarray(0, 9), request)).toBe(Verdict.wrong);
  });

  it("takes NON for NON, and tells a separate confirmable response", () => {
    const non = requestOf(MessageType.NON);
    expect(check(replyTo(non, NON, PAYLOAD), non)).toBe(Verdict.right);
    expect(check(replyTo(request, CON, PAYLOAD), request)).toBe(Verdict.separate);
  });

  it("holds all answers to the first one's payload where none is expected", () => {
    const learning = checkContent();
    expect(learning(replyTo(request, ACK, "one"), request)).toBe(Verdict.right);
    expect(learning(replyTo(request, ACK, "one"), request)).toBe(Verdict.right);
    expect(learning(replyTo(request, ACK, "two"), request)).toBe(Verdict.wrong);
  });
});
