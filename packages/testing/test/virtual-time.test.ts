import { createApp } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../src/clock/virtual-clock.js";

describe("an app on a virtual clock", () => {
  it("answers 5.03 when a handler's time is up, and leaves no timer behind", async () => {
    const clock = new VirtualClock();
    const app = await createApp({ clock, handlerTimeoutMs: 30_000 });
    app.route({ method: "GET", path: "/slow", handler: () => new Promise(() => {}) });
    const replies: string[] = [];
    const request = app.inject({ method: "GET", path: "/slow" }).then(({ code }) => replies.push(code));
    await clock.advance(29_999);
    expect(replies).toEqual([]);
    await clock.advance(30_000);
    await request;
    expect(replies).toEqual(["5.03"]);
    const closed = app.close();
    await clock.advance(10_000);
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });
});
