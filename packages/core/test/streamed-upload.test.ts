import { randomBytes } from "node:crypto";
import { CoapClient, Code, Endpoint, SequentialSource } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../src/app/system-clock.js";
import {
  type App,
  type AppOptions,
  BodyStream,
  CoapError,
  createApp,
  nativeEngine,
  Put,
  Resource,
} from "../src/index.js";
import { CHUNK, chunks, heldBytes, isLargeBody } from "./support/large-body.js";
import { RecordingLogger } from "./support/recording-logger.js";
import { plugin } from "./support/test-app.js";

const MIB = 1_048_576;

function source(sizeBytes: number): SequentialSource {
  return new SequentialSource({ open: () => chunks(sizeBytes), sizeBytes });
}

let received = 0;
let isSame = true;
/** Called with each chunk. */
let onChunk: (received: number) => void = () => undefined;

@Resource("firmware")
class Firmware {
  @Put({ bodyLimitBytes: 100_000_000 }) async write(@BodyStream() body: AsyncIterable<Uint8Array>) {
    received = 0;
    for await (const chunk of body) {
      isSame &&= isLargeBody(chunk, received);
      received += chunk.length;
      onChunk(received);
    }
    return `${received}`;
  }

  @Put("header") async header(@BodyStream() body: AsyncIterable<Uint8Array>) {
    for await (const chunk of body) return `${chunk.length}`;
    return "none";
  }

  @Put("signed") async signed(@BodyStream() body: AsyncIterable<Uint8Array>) {
    for await (const chunk of body)
      if (chunk[0] === 0) throw new CoapError(Code.Forbidden, "The signature is not ours.");
  }

  @Put("small", { bodyLimitBytes: 5_000 }) async small(@BodyStream() body: AsyncIterable<Uint8Array>) {
    received = 0;
    for await (const chunk of body) received += chunk.length;
  }
}

describe("an upload to the native engine", () => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    onChunk = () => undefined;
  });

  async function open(options: AppOptions = {}): Promise<{ app: App; client: CoapClient; uri: string }> {
    const app = await createApp({
      resources: [Firmware],
      engine: nativeEngine(),
      logger: new RecordingLogger(),
      ...options,
    });
    const { port } = await app.listen("coap://127.0.0.1:0");
    const random = { fraction: Math.random, bytes: (length: number) => randomBytes(length) };
    const endpoint = new Endpoint({ transport: udpTransport({ host: "127.0.0.1" }), clock: systemClock, random });
    await endpoint.open();
    closing.push(
      () => endpoint.close(),
      () => app.close(),
    );
    return { app, client: new CoapClient(endpoint), uri: `coap://127.0.0.1:${port}/firmware` };
  }

  it("of 75 MB holds a block of it at a time", async () => {
    const sizeBytes = 75_000_000;
    const { app, client, uri } = await open({ handlerTimeoutMs: 5_000 });
    const before = heldBytes();
    let mostHeld = 0;
    let mostWaiting = 0;
    onChunk = (bytes) => {
      mostWaiting = Math.max(mostWaiting, app.engineCounters.uploadBytes as number);
      if (bytes % (5 * MIB) < 1_024) mostHeld = Math.max(mostHeld, heldBytes());
    };
    const reply = await client.put(uri, { payload: source(sizeBytes) });
    expect([reply.code, new TextDecoder().decode(reply.payload), isSame]).toEqual([Code.Changed, "75000000", true]);
    expect(mostWaiting).toBeLessThan(4_096);
    expect(mostHeld).toBeGreaterThan(0);
    expect(mostHeld - before).toBeLessThan(8 * MIB);
    expect(app.engineCounters).toMatchObject({ uploads: 0, openExchanges: 0, refusedPeers: 0, sendErrors: 0 });
    expect(app.engineCounters.receivedDatagrams).toBeGreaterThan(70_000);
  }, 120_000);

  const NOTHING_LEFT = { uploads: 0, openExchanges: 0, pinnedPeers: 0 };

  it("is answered when its handler has read enough; what the client still sends is passed over", async () => {
    const { app, client, uri } = await open();
    const reply = await client.put(`${uri}/header`, { payload: source(1_000_000) });
    expect([reply.code, new TextDecoder().decode(reply.payload)]).toEqual([Code.Changed, "1024"]);
    expect([app.counters?.inFlight, app.engineCounters]).toMatchObject([0, NOTHING_LEFT]);
  });

  it("stops its client when its handler fails early", async () => {
    const { app, client, uri } = await open();
    const reply = await client.put(`${uri}/signed`, { payload: source(1_000_000) });
    expect([reply.code, new TextDecoder().decode(reply.payload)]).toEqual([
      Code.Forbidden,
      "The signature is not ours.",
    ]);
    expect(app.engineCounters.requests).toBeLessThan(5);
    expect([app.counters?.inFlight, app.engineCounters]).toMatchObject([0, NOTHING_LEFT]);
  });

  it("finds no room where streamedUploads is 0", async () => {
    const { app, client, uri } = await open({ engine: nativeEngine({ streamedUploads: 0 }) });
    expect((await client.put(`${uri}/small`, { payload: source(1_025) })).code).toBe(Code.ServiceUnavailable);
    expect((await client.put(`${uri}/small`, { payload: source(1_024) })).code).toBe(Code.Changed);
    expect([app.counters?.inFlight, app.engineCounters]).toMatchObject([0, { ...NOTHING_LEFT, requests: 2 }]);
  });

  it("ends with 4.13 above the limit of its route, also for hooks", async () => {
    const seen: (number | undefined)[] = [];
    const watch = plugin("watch", (host) =>
      host.hooks.add("onResponse", (_ctx, response) => void seen.push(response?.code)),
    );
    const { app, client, uri } = await open({ plugins: [watch] });
    expect((await client.put(`${uri}/small`, { payload: source(5_000) })).code).toBe(Code.Changed);
    expect(received).toBe(5_000);
    expect((await client.put(`${uri}/small`, { payload: source(5_001) })).code).toBe(Code.RequestEntityTooLarge);
    const inChunks = new SequentialSource({ open: () => chunks(6_000) });
    expect((await client.put(`${uri}/small`, { payload: inChunks })).code).toBe(Code.RequestEntityTooLarge);
    expect(seen).toEqual([Code.Changed, Code.RequestEntityTooLarge]);
    expect([app.counters?.inFlight, app.engineCounters.openExchanges]).toEqual([0, 0]);
  });

  it("is cut when the app closes while its client is silent", async () => {
    const { app, client, uri } = await open({ drainTimeoutMs: 50 });
    const controller = new AbortController();
    const begun = new Promise<void>((resolve) => {
      onChunk = () => resolve();
    });
    const silent = new SequentialSource({
      sizeBytes: 10_000,
      open: async function* () {
        yield CHUNK.subarray(0, 1_500);
        await new Promise<void>((resolve) => controller.signal.addEventListener("abort", () => resolve()));
      },
    });
    const asked = client.put(uri, { payload: silent, signal: controller.signal }).catch((error: unknown) => error);
    await begun;
    await app.close();
    expect(app.counters).toMatchObject({ timeouts: 1, inFlight: 0, lateResults: 1 });
    controller.abort();
    expect(await asked).toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
  });
});
