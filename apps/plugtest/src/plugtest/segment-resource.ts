import { ContentFormat, Get, Req, type RequestContext, Resource } from "@coapkit/core";
import { requestReport } from "./request-report.js";

const TITLE = "Long path resource";

/** `/seg1`, `/seg1/seg2` and `/seg1/seg2/seg3`. */
@Resource("seg1", { produces: [ContentFormat.TextPlain] })
export class SegmentResource {
  @Get({ title: TITLE })
  @Get("seg2", { title: TITLE })
  @Get("seg2/seg3", { title: TITLE })
  read(@Req() ctx: RequestContext) {
    return `${TITLE}\n${requestReport(ctx)}`;
  }
}
