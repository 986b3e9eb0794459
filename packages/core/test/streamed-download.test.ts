import { randomBytes } from "node:crypto";
import { type BlockSource, CoapClient, Code, Endpoint } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../src/app/system-clock.js";
import { content, createApp, Get, nativeEngine, Resource } from "../src/index.js";
import { CHUNK, chunks, heldBytes, isLargeBody } from "./support/large-body.js";
import { RecordingLogger } from "./support/recording-logger.js";

const SIZE_BYTES = 75_000_000;
const MIB = 1_048_576;

let isClosed = false;

/** What a file is: any block of it at any time. */
const image: BlockSource = {
  sizeBytes: SIZE_BYTES,
  read(offset, length) {
    const bytes = new Uint8Array(Math.min(length, SIZE_BYTES - offset));
    for (let filled = 0; filled < bytes.length; ) {
      const at = (offset + filled) % CHUNK.length;
      const part = CHUNK.subarray(at, at + bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  },
  close() {
    isClosed = true;
  },
};

@Resource("firmware")
class Firmware {
  @Get("chunks") chunks() {
    return chunks(SIZE_BYTES);
  }

  @Get("image") image() {
    return content(image);
  }
}

it.each(["chunks", "image"])(
  "a download of 75 MB of /firmware/%s holds a block of it at a time",
  async (path) => {
    const app = await createApp({ resources: [Firmware], engine: nativeEngine(), logger: new RecordingLogger() });
    const { port } = await app.listen("coap://127.0.0.1:0");
    const random = { fraction: Math.random, bytes: (length: number) => randomBytes(length) };
    const endpoint = new Endpoint({ transport: udpTransport({ host: "127.0.0.1" }), clock: systemClock, random });
    await endpoint.open();
    onTestFinished(async () => {
      await endpoint.close();
      await app.close();
    });

    const before = heldBytes();
    let mostHeld = 0;
    let received = 0;
    let isSame = true;
    for await (const { code, payload } of new CoapClient(endpoint).stream(
      `coap://127.0.0.1:${port}/firmware/${path}`,
    )) {
      isSame &&= code === Code.Content && isLargeBody(payload, received);
      received += payload.length;
      if (received % (5 * MIB) < payload.length) mostHeld = Math.max(mostHeld, heldBytes());
    }
    expect([received, isSame]).toEqual([SIZE_BYTES, true]);
    expect(mostHeld).toBeGreaterThan(0);
    expect(mostHeld - before).toBeLessThan(8 * MIB);
    expect(app.engineCounters).toMatchObject({ openExchanges: 0 });
    expect(isClosed).toBe(path === "image");
  },
  180_000,
);
