import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { BlockSource } from "@coapkit/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { type AppOptions, Code, type RequestContext, respond } from "../src/index.js";
import type { SourceResponse } from "../src/ports/engine.js";
import { type Answer, DirectEngine } from "./support/direct-engine.js";
import { deferred, settle } from "./support/fake-clock.js";
import { appWith } from "./support/test-app.js";

/** A body that counts how often it is let go of. */
class Body implements BlockSource {
  closed = 0;

  read(offset: number, length: number): Uint8Array {
    return new Uint8Array(Math.max(0, Math.min(length, 10 - offset)));
  }

  close(): void {
    this.closed++;
  }
}

describe("a streamed answer that is not sent", () => {
  let engine: DirectEngine;
  let answers: Answer[];
  let body: Body;

  beforeEach(() => {
    engine = new DirectEngine();
    answers = [];
    body = new Body();
  });

  const take = (answer: Answer) => void answers.push(answer);

  async function open(handler: (ctx: RequestContext) => unknown, options: AppOptions = {}) {
    const parts = await appWith({ handler }, { engine: engine.factory, handlerTimeoutMs: 100, ...options });
    return { ...parts, listen: () => parts.app.listen("coap://localhost") };
  }

  const sent = () => answers.map(({ code, payload }) => [code, payload]);
  const FAILED = [Code.InternalServerError, new Uint8Array(0)];

  it.each([
    [
      "throws",
      () => {
        throw new Error("hook");
      },
    ],
    ["rejects", () => Promise.reject(new Error("hook"))],
  ])("is closed when an onSend hook %s, and the 5.00 is empty", async (_, hook) => {
    const { app, listen } = await open(() => body);
    app.hook("onSend", hook);
    await listen();
    engine.handUp({ respond: take, respondFrom: take });
    await settle();
    expect([sent(), body.closed]).toEqual([[FAILED], 1]);
  });

  it("is closed when the time limit ends while an onSend hook is waited for", async () => {
    const { app, clock, listen } = await open(() => body);
    app.hook("onSend", () => deferred<undefined>().promise);
    await listen();
    engine.handUp({ respond: take, respondFrom: take });
    clock.advance(100);
    expect([sent(), body.closed]).toEqual([[[Code.ServiceUnavailable, new Uint8Array(0)]], 1]);
  });

  it("is closed when the time limit ends while it is read for an engine that needs it whole", async () => {
    const slow = { read: () => deferred<Uint8Array>().promise, close: () => void body.close() };
    const { clock, listen } = await open(() => slow);
    await listen();
    engine.handUp({ respond: take });
    clock.advance(100);
    expect([sent(), body.closed]).toEqual([[[Code.ServiceUnavailable, new Uint8Array(0)]], 1]);
  });

  it("is closed once it was read whole", async () => {
    const { listen } = await open(() => body);
    await listen();
    engine.handUp({ respond: take });
    await settle();
    expect([sent(), body.closed]).toEqual([[[Code.Content, Buffer.alloc(10)]], 1]);
  });

  it("is closed when the engine cannot send it, and the 5.00 is empty", async () => {
    const { listen } = await open(() => body);
    await listen();
    const respondFrom = (_: SourceResponse) => {
      throw new Error("engine");
    };
    engine.handUp({ respond: take, respondFrom });
    expect([sent(), body.closed]).toEqual([[FAILED], 1]);
  });

  it.each([
    ["as it is", () => body],
    ["in a reply", () => respond({ code: Code.Content, payload: body })],
  ])("is closed when the handler gives it too late, %s", async (_, late) => {
    const gate = deferred<unknown>();
    const { app, clock, listen } = await open(() => gate.promise);
    await listen();
    engine.handUp({ respond: take, respondFrom: take });
    clock.advance(100);
    gate.resolve(late());
    await settle();
    expect([answers.length, body.closed, app.counters?.lateResults]).toEqual([1, 1, 1]);
  });

  it("is closed when an onSend hook gives a payload of its own", async () => {
    const { app, listen } = await open(() => body);
    app.hook("onSend", (_ctx, response) => ({ ...response, payload: "short" }));
    await listen();
    engine.handUp({ respond: take, respondFrom: take });
    expect([sent(), body.closed]).toEqual([[[Code.Content, "short"]], 1]);
  });

  it("is destroyed where it is a stream of Node that was not begun", async () => {
    const file = Readable.from([new Uint8Array(9)]);
    const { app, listen } = await open(() => file);
    app.hook("onSend", () => {
      throw new Error("hook");
    });
    await listen();
    engine.handUp({ respond: take, respondFrom: take });
    await finished(file).catch(() => undefined);
    expect([sent(), file.destroyed]).toEqual([[FAILED], true]);
  });

  it("is read where it is a stream of Node, which has a method read, too", async () => {
    const file = Readable.from([new Uint8Array(9)]);
    const { listen } = await open(() => file);
    await listen();
    const answered = new Promise<void>((resolve) => {
      engine.handUp({ respond: (answer) => resolve(take(answer)) });
    });
    await answered;
    expect([sent(), file.destroyed]).toEqual([[[Code.Content, Buffer.alloc(9)]], true]);
  });

  it("survives a source that cannot be closed", async () => {
    const broken = {
      read: () => new Uint8Array(0),
      close: () => {
        throw new Error("close");
      },
    };
    const { app, listen } = await open(() => broken);
    app.hook("onSend", () => {
      throw new Error("hook");
    });
    await listen();
    engine.handUp({ respond: take, respondFrom: take });
    expect(sent()).toEqual([FAILED]);
  });
});
