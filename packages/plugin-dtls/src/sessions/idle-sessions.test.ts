import { VirtualClock } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { EngineContext } from "./engine-context.js";
import { IdleSessions } from "./idle-sessions.js";
import { Session } from "./session.js";

const context = new EngineContext(1, false);
const LIMITS = { idleExpiryMs: 32_000, idleExpiryWithConnectionIdMs: 320_000 };

function sessionOf(id: number, hasConnectionId = false): Session {
  const session = new Session(id, context, "server", id);
  session.hasConnectionId = hasConnectionId;
  return session;
}

function idleOn(clock: VirtualClock) {
  const expired: [id: number, atMs: number][] = [];
  const idle: IdleSessions = new IdleSessions(clock, LIMITS, (session) => {
    expired.push([session.id, clock.nowMs()]);
    idle.remove(session);
  });
  return { idle, expired };
}

describe("IdleSessions", () => {
  it("lets sessions expire after their time without use, those with connection ID later", async () => {
    const clock = new VirtualClock();
    const { idle, expired } = idleOn(clock);
    idle.add(sessionOf(1));
    idle.add(sessionOf(2, true));
    await clock.advance(32_000);
    expect(expired).toEqual([]);
    await clock.advance(2_000);
    expect(expired.map(([id]) => id)).toEqual([1]);
    await clock.advance(400_000);
    expect(expired.map(([id]) => id)).toEqual([1, 2]);
    const [, lateMs] = expired[1] as [number, number];
    expect(lateMs).toBeGreaterThanOrEqual(320_000);
    expect(lateMs).toBeLessThanOrEqual(320_000 + 2 * idle.stepMs);
    expect(clock.pendingTimers).toBe(0);
  });

  it("keeps what is used", async () => {
    const clock = new VirtualClock();
    const { idle, expired } = idleOn(clock);
    const [used, unused] = [sessionOf(1), sessionOf(2)];
    idle.add(used);
    idle.add(unused);
    for (let i = 0; i < 10; i++) {
      await clock.advance(10_000);
      idle.touch(used);
    }
    expect(expired.map(([id]) => id)).toEqual([2]);
    idle.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it("knows the least recently used of both kinds", async () => {
    const clock = new VirtualClock();
    const { idle } = idleOn(clock);
    const [a, b, c] = [sessionOf(1), sessionOf(2, true), sessionOf(3)];
    expect(idle.leastRecentlyUsed()).toBeUndefined();
    for (const session of [a, b, c]) {
      idle.add(session);
      await clock.advance(2_000);
    }
    const order: number[] = [];
    idle.touch(a);
    for (let next = idle.leastRecentlyUsed(); next !== undefined; next = idle.leastRecentlyUsed()) {
      order.push(next.id);
      idle.remove(next);
    }
    expect(order).toEqual([2, 3, 1]);
    idle.stop();
  });
});
