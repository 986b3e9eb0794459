import { Code, type OptionEntry, OptionNumber, OptionsView } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { MessageType } from "../load/message.js";
import type { Reply } from "../wire/client-message.js";
import type { Asker, Question } from "../wire/exchange-socket.js";
import { BLOCK_BYTES, blockValue, download, upload } from "./block-client.js";

const BODY = Buffer.from(Array.from({ length: 2 * BLOCK_BYTES + 5 }, (_, index) => index % 251));
const SETTINGS = { path: "/image", body: BODY, token: 3 };

function reply(code: number, options: readonly OptionEntry[] = [], payload: Uint8Array = new Uint8Array(0)): Reply {
  return { type: MessageType.ACK, code, messageId: 0, token: 3, options: OptionsView.of(options), payload };
}

/** A server that answers each question in turn and keeps it. */
function server(answer: (number: number) => Reply): Asker & { readonly asked: Question[] } {
  const asked: Question[] = [];
  return {
    asked,
    async ask(question) {
      asked.push(question);
      return answer(asked.length - 1);
    },
  };
}

function uploadAnswer(number: number): Reply {
  return reply(number < 2 ? Code.Continue : Code.Changed);
}

function downloadAnswer(number: number): Reply {
  const block = { number: OptionNumber.Block2, value: blockValue(number, number < 2) };
  return reply(Code.Content, [block], BODY.subarray(number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES));
}

function blockOf({ options }: Question, option: number): unknown {
  return options.find(({ number }) => number === option)?.value;
}

describe("blockValue", () => {
  it("is NUM, M and SZX 6 as RFC 7959 §2.2 packs them", () => {
    expect([blockValue(0, false), blockValue(0, true), blockValue(1023, true)]).toEqual([0x6, 0xe, 0x3ffe]);
  });
});

describe("upload", () => {
  it("sends the body in order, the last block without More", async () => {
    const asker = server(uploadAnswer);
    expect(await upload(asker, SETTINGS)).toEqual({ blocks: 3, isWhole: true, wrong: 0 });
    expect(asker.asked.map((question) => blockOf(question, OptionNumber.Block1))).toEqual([0x0e, 0x1e, 0x26]);
    expect(Buffer.concat(asker.asked.map(({ payload }) => payload as Uint8Array)).equals(BODY)).toBe(true);
    expect(new Set(asker.asked.map(({ token }) => token))).toEqual(new Set([3]));
  });

  it.each([
    ["a final answer before the last block", 1, Code.Changed],
    ["Continue for the last block", 2, Code.Continue],
    ["an error", 0, Code.RequestEntityTooLarge],
  ])("ends at %s", async (_what, at, code) => {
    const asker = server((number) => (number === at ? reply(code) : uploadAnswer(number)));
    expect(await upload(asker, SETTINGS)).toEqual({ blocks: at, isWhole: false, wrong: 1 });
  });

  it("is given up when its time is over, which is not wrong", async () => {
    const asker = server(uploadAnswer);
    const isOver = () => asker.asked.length === 2;
    expect(await upload(asker, { ...SETTINGS, isOver })).toEqual({ blocks: 2, isWhole: false, wrong: 0 });
  });
});

describe("download", () => {
  it("asks for each block and takes the whole body", async () => {
    const asker = server(downloadAnswer);
    expect(await download(asker, SETTINGS)).toEqual({ blocks: 3, isWhole: true, wrong: 0 });
    expect(asker.asked.map((question) => blockOf(question, OptionNumber.Block2))).toEqual([0x06, 0x16, 0x26]);
  });

  it.each([
    ["bytes of another block", () => ({ ...downloadAnswer(1), payload: downloadAnswer(0).payload })],
    ["the number of another block", () => ({ ...downloadAnswer(1), options: downloadAnswer(0).options })],
    ["another code", () => ({ ...downloadAnswer(1), code: Code.Valid })],
    ["a block that is too short", () => ({ ...downloadAnswer(1), payload: downloadAnswer(1).payload.subarray(1) })],
  ])("ends at %s", async (_what, wrong) => {
    const asker = server((number) => (number === 1 ? wrong() : downloadAnswer(number)));
    expect(await download(asker, SETTINGS)).toEqual({ blocks: 1, isWhole: false, wrong: 1 });
  });
});
