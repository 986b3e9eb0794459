import { VirtualClock } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { Counters } from "../counters.js";
import { ReplayMemory } from "./replay-memory.js";

const ONE = Buffer.from("one");
const TWO = Buffer.from("two");

function memoryOf(limits: Partial<ConstructorParameters<typeof ReplayMemory>[2]> = {}) {
  const clock = new VirtualClock();
  const counters = new Counters();
  const memory = new ReplayMemory(clock, counters, { maxEntries: 10, maxBytes: 100, lifetimeMs: 1000, ...limits });
  return { clock, counters, memory };
}

describe("ReplayMemory", () => {
  it("knows a request from its first datagram on, and its reply once there is one", () => {
    const { memory } = memoryOf();
    expect(memory.admit("a/1", ONE)).toEqual({ isNew: true, reply: undefined });
    expect(memory.admit("a/1", ONE)).toEqual({ isNew: false, reply: undefined });
    memory.remember("a/1", TWO);
    expect(memory.admit("a/1", ONE)).toEqual({ isNew: false, reply: TWO });
  });

  it("takes other content under the same message ID for a new request", () => {
    const { memory } = memoryOf();
    memory.admit("a/1", ONE);
    memory.remember("a/1", ONE);
    expect(memory.admit("a/1", TWO)).toEqual({ isNew: true, reply: undefined });
    expect(memory.bytes).toBe(0);
  });

  it("forgets after the lifetime", async () => {
    const { clock, memory } = memoryOf();
    memory.admit("a/1", ONE);
    await clock.advance(1000);
    expect(memory.admit("b/1", ONE).isNew).toBe(true);
    expect(memory.size).toBe(1);
    expect(memory.admit("a/1", ONE).isNew).toBe(true);
  });

  it("forgets the oldest at either limit, and counts it", () => {
    const { counters, memory } = memoryOf({ maxEntries: 2, maxBytes: 5 });
    for (const key of ["a", "b", "c"]) memory.admit(key, ONE);
    expect(memory.size).toBe(2);
    memory.remember("b", ONE);
    memory.remember("c", TWO);
    expect(memory.bytes).toBe(3);
    expect(counters.get("repliesForgotten")).toBe(2);
    expect(memory.admit("c", ONE)).toEqual({ isNew: false, reply: TWO });
  });

  it("counts a reply that takes the place of another once", () => {
    const { memory } = memoryOf();
    memory.admit("a", ONE);
    memory.remember("a", Buffer.alloc(40));
    memory.remember("a", Buffer.alloc(4));
    memory.remember("unknown", Buffer.alloc(40));
    expect(memory.bytes).toBe(4);
  });
});
