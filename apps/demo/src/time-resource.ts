import { setInterval } from "node:timers/promises";
import { content, Get, Req, type RequestContext, Resource } from "@coapkit/core";
import { Public } from "@coapkit/plugin-auth";
import { Observe } from "@coapkit/plugin-observe";

/** The server's time. */
@Resource("time", { title: "The server's time" })
@Public()
export class TimeResource {
  /** A plain GET gets the first value, observers all of them: one clock ticks for them all, until the last has gone. */
  @Get()
  @Observe()
  async *now(@Req() { signal }: RequestContext) {
    yield now();
    for await (const _ of setInterval(1_000, undefined, { signal })) yield now();
  }
}

/** Fresh for a second: without Max-Age a cache would keep it for 60. RFC 7252 §5.10.5. */
function now() {
  return content(new Date().toISOString(), { maxAgeS: 1 });
}
