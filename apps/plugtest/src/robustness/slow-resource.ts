import { setTimeout as delay } from "node:timers/promises";
import { ContentFormat, Get, Req, type RequestContext, Resource } from "@coapkit/core";

const DELAY_MS = 1_000;

/** `/slow`: answers after a second. */
@Resource("slow")
export class SlowResource {
  @Get({ produces: [ContentFormat.TextPlain] })
  async read(@Req() { signal }: RequestContext) {
    await delay(DELAY_MS, undefined, { signal });
    return "done";
  }
}
