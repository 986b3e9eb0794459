import { type BlockSource, ContentFormat, OptionRegistry } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { readWhole } from "../src/dispatch/body-source.js";
import { createApp, nativeEngine, respond } from "../src/index.js";

const IMAGE_BYTES = 200_000;

/** A generated image; counts what is read of it. */
class Image implements BlockSource {
  largestRead = 0;
  closed = 0;

  read(offset: number, length: number): Uint8Array {
    this.largestRead = Math.max(this.largestRead, length);
    const end = Math.min(IMAGE_BYTES, offset + length);
    return Uint8Array.from({ length: Math.max(0, end - offset) }, (_, i) => (offset + i) % 251);
  }

  close(): void {
    this.closed++;
  }
}

async function* parts(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

describe("a body that is read as it is sent", () => {
  it("comes whole from an async iterable where the engine needs whole bodies", async () => {
    const app = await createApp();
    app.route({ method: "GET", path: "/log", handler: () => parts("one ", "two") });
    const reply = await app.inject({ method: "GET", path: "/log" });
    expect([reply.code, reply.text, reply.contentFormat]).toEqual(["2.05", "one two", ContentFormat.OctetStream]);
    await app.close();
  });

  it("keeps the format and options that its reply names", async () => {
    const app = await createApp();
    const handler = () => respond({ code: 0x45, payload: new Image(), contentFormat: 65_000, etag: "v1", maxAgeS: 9 });
    app.route({ method: "GET", path: "/image", handler });
    const reply = await app.inject({ method: "GET", path: "/image" });
    expect([reply.payload.length, reply.contentFormat, reply.maxAgeS]).toEqual([IMAGE_BYTES, 65_000, 9]);
    expect(reply.payload[1_000]).toBe(1_000 % 251);
    await app.close();
  });

  it("is 5.00 where the source fails, with nothing of the inside", async () => {
    const log = { isLevelEnabled: () => false, debug() {}, info() {}, warn() {}, error() {} };
    const app = await createApp({ logger: log });
    const failing: BlockSource = { read: () => Promise.reject(new Error("disk 7 is gone")) };
    app.route({ method: "GET", path: "/broken", handler: () => failing });
    const reply = await app.inject({ method: "GET", path: "/broken" });
    expect([reply.code, reply.text]).toEqual(["5.00", ""]);
    await app.close();
  });

  it("is closed unread where the client holds the version already", async () => {
    const app = await createApp();
    const image = new Image();
    app.route({ method: "GET", path: "/image", handler: () => respond({ code: 0x45, payload: image, etag: "v1" }) });
    const options = [{ number: 4, value: "v1" }];
    expect((await app.inject({ method: "GET", path: "/image", options })).code).toBe("2.03");
    expect([image.closed, image.largestRead]).toEqual([1, 0]);
    await app.close();
  });

  it("is read block by block by the native engine", async () => {
    const image = new Image();
    const app = await createApp({ engine: nativeEngine() });
    app.route({ method: "GET", path: "/image", handler: () => image });
    const { port } = await app.listen("coap://127.0.0.1:0");
    const client = nativeEngine()({
      clock: { nowMs: () => performance.now(), setTimer: setTimer },
      log: { isLevelEnabled: () => false, debug() {}, info() {}, warn() {}, error() {} },
      options: new OptionRegistry(),
      bodyLimitBytes: () => 0,
    });
    const uri = { scheme: "coap", host: "127.0.0.1", port, path: ["image"], query: [] } as const;
    const answers: Uint8Array[] = [];
    for await (const { payload } of client.request({ uri, method: 1 })) answers.push(payload);
    expect(answers.map(({ length }) => length)).toEqual([IMAGE_BYTES]);
    expect(answers[0]?.[123_456]).toBe(123_456 % 251);
    expect(image.largestRead).toBeLessThanOrEqual(1_025);
    await client.close(0);
    await app.close();
  });

  it("is read whole up to 16 MiB and no further", async () => {
    const endless: BlockSource = { read: (_offset, length) => new Uint8Array(length) };
    await expect(readWhole(endless)).rejects.toThrow("exceeds 16777216 bytes");
  });
});

function setTimer(delayMs: number, callback: () => void) {
  const timer = setTimeout(callback, delayMs);
  return { cancel: () => clearTimeout(timer) };
}
