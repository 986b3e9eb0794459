import { setTimeout as delay } from "node:timers/promises";
import { ContentFormat, Post, Req, type RequestContext, Resource } from "@coapkit/core";

const DELAY_MS = 1_000;

/** `/count` and `/count/slow`: a counter that shows how often handlers ran. */
@Resource("count", { produces: [ContentFormat.TextPlain] })
export class CountResource {
  #count = 0;

  @Post()
  count() {
    return String(++this.#count);
  }

  @Post("slow")
  async countSlowly(@Req() { signal }: RequestContext) {
    const count = String(++this.#count);
    await delay(DELAY_MS, undefined, { signal });
    return count;
  }
}
