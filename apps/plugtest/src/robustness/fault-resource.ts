import { setTimeout as delay } from "node:timers/promises";
import { ContentFormat, Get, Resource } from "@coapkit/core";

/** Longer than a handler may take. */
const LATE_MS = 4_000;

/** `/fault/…`: handlers that fail in one way each. */
@Resource("fault")
export class FaultResource {
  @Get("throw")
  throw(): string {
    throw new Error("INTERNAL-DETAIL throw");
  }

  @Get("reject")
  async reject(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error("INTERNAL-DETAIL reject");
  }

  @Get("throw-null")
  throwNull(): string {
    throw null;
  }

  @Get("undefined")
  answerNothing(): void {}

  @Get("bad-body", { produces: [ContentFormat.Json] })
  answerCycle() {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    return cycle;
  }

  @Get("hang")
  hang(): Promise<string> {
    return new Promise(() => undefined);
  }

  @Get("late", { produces: [ContentFormat.TextPlain] })
  async answerLate() {
    await delay(LATE_MS);
    return "late";
  }
}
