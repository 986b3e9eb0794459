import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { AbortableIterator } from "./abortable-iterator.js";

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
}

describe("AbortableIterator", () => {
  it("starts when it is read", async () => {
    let started = 0;
    const iterator = new AbortableIterator(undefined, async function* () {
      started++;
      yield "value";
    });
    expect(started).toBe(0);
    expect(await iterator.next()).toEqual({ done: false, value: "value" });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(started).toBe(1);
  });

  it("lets the reader leave while a value is awaited, and cleans up first", async () => {
    let cleaned = false;
    const iterator = new AbortableIterator<string>(undefined, async function* (signal) {
      try {
        yield await untilAborted(signal);
      } finally {
        cleaned = true;
      }
    });
    const next = iterator.next();
    await iterator.return();
    expect(cleaned).toBe(true);
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("does not start for a reader that left before", async () => {
    const iterator = new AbortableIterator<string>(undefined, () => {
      throw new Error("started");
    });
    await iterator.return();
    expect((await iterator.next()).done).toBe(true);
  });

  it("ends a generator that stands still when the signal fires, and says so once", async () => {
    const controller = new AbortController();
    let cleaned = false;
    const iterator = new AbortableIterator(controller.signal, async function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        cleaned = true;
      }
    });
    await iterator.next();
    controller.abort("reason");
    await Promise.resolve();
    expect(cleaned).toBe(true);
    await expect(iterator.next()).rejects.toMatchObject({ code: "COAPKIT_ERR_ABORTED", cause: "reason" });
    expect((await iterator.next()).done).toBe(true);
  });

  it("says nothing of a signal that fires after the end", async () => {
    const controller = new AbortController();
    const iterator = new AbortableIterator(controller.signal, async function* () {
      yield 1;
    });
    await iterator.next();
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    await iterator.next();
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    controller.abort();
    expect((await iterator.next()).done).toBe(true);
  });
});
