import { setTimeout as delay } from "node:timers/promises";
import { ContentFormat, Get, Req, type RequestContext, Resource } from "@coapkit/core";
import { requestReport } from "./request-report.js";

const DELAY_MS = 1_000;

/** `/separate`: acknowledges at once and answers a second later. RFC 7252 §5.2.2. */
@Resource("separate", { title: "Answers separately" })
export class SeparateResource {
  @Get({ produces: [ContentFormat.TextPlain] })
  async read(@Req() ctx: RequestContext) {
    ctx.acknowledge();
    const report = requestReport(ctx);
    await delay(DELAY_MS, undefined, { signal: ctx.signal });
    return report;
  }
}
