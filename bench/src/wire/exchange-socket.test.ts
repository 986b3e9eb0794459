import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { Code, OptionNumber } from "@coapkit/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Reply } from "./client-message.js";
import { ExchangeSocket } from "./exchange-socket.js";

const HOST = "127.0.0.1";
const QUESTION = { code: Code.GET, options: [], token: 7 };
const TOKEN = "00000007";

/** Messages in hexadecimal: an answer to a request is made from the request's message ID. */
type Answers = (messageId: string) => readonly string[];

describe("ExchangeSocket", () => {
  let server: Socket;
  let socket: ExchangeSocket;
  const received: string[] = [];

  beforeEach(async () => {
    received.length = 0;
    server = createSocket("udp4");
    server.bind(0, HOST);
    await once(server, "listening");
    socket = new ExchangeSocket();
    await socket.open({ host: HOST, port: server.address().port });
  });

  afterEach(() => {
    socket.close();
    server.close();
  });

  function answerWith(answers: Answers): void {
    server.on("message", (message, { port, address }) => {
      received.push(message.toString("hex"));
      if ((message[0] as number) >>> 4 !== 4) return;
      for (const answer of answers(message.toString("hex", 2, 4))) {
        server.send(Buffer.from(answer, "hex"), port, address);
      }
    });
  }

  it("takes the piggybacked response with its own message ID, and no other", async () => {
    answerWith((messageId) => [`6444ffff${TOKEN}`, `6445${messageId}${TOKEN}`]);
    expect((await socket.ask(QUESTION)).code).toBe(Code.Content);
  });

  it("acknowledges a separate response", async () => {
    answerWith((messageId) => [`6000${messageId}`, `44452222${TOKEN}`]);
    const acknowledged = once(server, "message").then(() => once(server, "message"));
    expect((await socket.ask(QUESTION)).code).toBe(Code.Content);
    await acknowledged;
    expect(received[1]).toBe("60002222");
  });

  it("does not take a notification as the answer to a deregistration with the same token", async () => {
    const unasked = new Promise<Reply>((resolve) => {
      socket.onUnasked = resolve;
    });
    const observe = "6105"; // Observe: 5
    answerWith((messageId) => [`44453333${TOKEN}${observe}`, `6445${messageId}${TOKEN}`]);
    const deregistration = { ...QUESTION, options: [{ number: OptionNumber.Observe, value: 1 }] };
    expect((await socket.ask(deregistration)).options.has(OptionNumber.Observe)).toBe(false);
    expect((await unasked).messageId).toBe(0x3333);
  });

  it("takes a separate response with Observe as the answer to a registration", async () => {
    answerWith(() => [`54453333${TOKEN}6105`]);
    const registration = { ...QUESTION, options: [{ number: OptionNumber.Observe, value: 0 }] };
    expect((await socket.ask(registration)).messageId).toBe(0x3333);
  });

  it("hands on what comes unasked and counts what is no CoAP", async () => {
    const unasked = new Promise<Reply>((resolve) => {
      socket.onUnasked = resolve;
    });
    answerWith((messageId) => ["00", `6445${messageId}${TOKEN}`, `544533330000aaaa`]);
    await socket.ask(QUESTION);
    expect((await unasked).token).toBe(0xaaaa);
    expect(socket.malformed).toBe(1);
  });
});
