import type { PeerId } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { FrameKind, Scratch } from "../native/scratch-layout.js";
import { EngineOutput } from "./engine-output.js";

/** A socket that may be behind: it reads what it was given when it gets round to it. */
class SlowSocket {
  isBehind = false;
  readonly waiting: { peer: PeerId; bytes: Uint8Array }[] = [];
  readonly sent: string[] = [];

  get pendingSends(): number {
    return this.waiting.length;
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    this.waiting.push({ peer, bytes: buffer.subarray(start, end) });
    if (!this.isBehind) this.catchUp();
  }

  catchUp(): void {
    for (const { peer, bytes } of this.waiting.splice(0)) this.sent.push(`${peer} ${Buffer.from(bytes)}`);
  }
}

/** Writes frames as the engine does. @returns where they end */
function write({ scratch }: EngineOutput, frames: readonly (readonly [kind: number, text: string])[]): number {
  const view = new DataView(scratch.buffer, scratch.byteOffset);
  let at: number = Scratch.firstFrame;
  for (const [kind, text] of frames) {
    const bytes = Buffer.from(text);
    scratch[at] = kind;
    view.setUint16(at + 2, bytes.length, true);
    scratch.set(bytes, at + Scratch.frameHead);
    at += Scratch.frameHead + bytes.length;
  }
  return at;
}

function outputTo(socket: SlowSocket) {
  const delivered: string[] = [];
  const output: EngineOutput = new EngineOutput(socket, (buffer, index, count) => {
    for (let i = 0; i < count; i++) {
      const [start, end, peer] = index.subarray(3 * i, 3 * i + 3);
      delivered.push(`${peer} ${Buffer.from(buffer.subarray(start, end))}`);
      output.sendFrames(write(output, [[FrameKind.datagram, `answer ${i}`]]), 9);
    }
  });
  return { output, delivered };
}

const { datagram, plaintext, pskIdentity } = FrameKind;

describe("EngineOutput", () => {
  it("sends datagrams, and hands plaintexts on together", () => {
    const socket = new SlowSocket();
    const { output, delivered } = outputTo(socket);
    const frames = [
      [plaintext, "a"],
      [datagram, "x"],
      [plaintext, ""],
      [plaintext, "ccc"],
      [datagram, "y"],
    ] as const;
    output.readFrames(write(output, frames), 5);
    expect([socket.sent, delivered, output.plaintexts]).toEqual([["5 x", "5 y"], [], 3]);
    output.deliver(7);
    expect(delivered).toEqual(["7 a", "7 ", "7 ccc"]);
  });

  it("keeps plaintexts while answers to the first of them are sealed", () => {
    const { output, delivered } = outputTo(new SlowSocket());
    const texts = Array.from({ length: 50 }, (_, i) => `message ${i}`);
    output.readFrames(
      write(
        output,
        texts.map((text) => [plaintext, text]),
      ),
      5,
    );
    output.deliver(7);
    expect(delivered).toEqual(texts.map((text) => `7 ${text}`));
  });

  it("does not overwrite what a socket that is behind still has to read", () => {
    const socket = new SlowSocket();
    const { output } = outputTo(socket);
    socket.isBehind = true;
    for (let i = 0; i < 100; i++) output.sendFrames(write(output, [[datagram, `record ${i}`]]), i);
    socket.catchUp();
    expect(socket.sent).toEqual(Array.from({ length: 100 }, (_, i) => `${i} record ${i}`));
  });

  it("loses datagrams rather than mixing them up when the socket is behind for long, and goes on after it", () => {
    const socket = new SlowSocket();
    const { output } = outputTo(socket);
    socket.isBehind = true;
    const large = "x".repeat(16_000);
    for (let i = 0; i < 20; i++) output.sendFrames(write(output, [[datagram, `${large}${i}`]]), i);
    expect(output.droppedSends).toBeGreaterThan(0);
    expect(output.droppedSends).toBe(20 - socket.pendingSends);
    socket.catchUp();
    expect(socket.sent).toEqual(socket.sent.map((_, i) => `${i} ${large}${i}`));
    socket.isBehind = false;
    output.sendFrames(write(output, [[datagram, "after"]]), 1);
    expect(socket.sent.at(-1)).toBe("1 after");
  });

  it("keeps a claimed identity, for a look-up that takes its time", () => {
    const { output } = outputTo(new SlowSocket());
    output.readFrames(write(output, [[pskIdentity, "device-1"]]), 5);
    const identity = output.pskIdentity;
    output.readFrames(write(output, [[plaintext, "something else"]]), 5);
    expect([Buffer.from(identity ?? []).toString(), output.pskIdentity]).toEqual(["device-1", undefined]);
  });
});
