import { setTimeout } from "node:timers/promises";
import { Get, Query, Req, type RequestContext, Resource } from "@coapkit/core";
import { Public } from "@coapkit/plugin-auth";
import { z } from "zod";

const Delay = z.coerce.number().int().min(0).max(10_000).default(1_000);

/** Takes its time: the client gets an acknowledgement at once, and a separate response later. RFC 7252 §5.2.2. */
@Resource("slow", { title: "A separate response" })
@Public()
export class SlowResource {
  @Get()
  async answer(@Query("ms", Delay) delayMs: number, @Req() { signal }: RequestContext) {
    await setTimeout(delayMs, undefined, { signal }); // the signal ends the wait when the app closes
    return `That took ${delayMs} ms.`;
  }
}
