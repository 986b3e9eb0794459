import { ContentFormat, Get, OptionNumber, Req, type RequestContext, Resource } from "@coapkit/core";
import { reportWithoutToken } from "./request-report.js";

/** `/query`: gives the query back. */
@Resource("query", { title: "Takes query parameters" })
export class QueryResource {
  @Get({ produces: [ContentFormat.TextPlain] })
  read(@Req() ctx: RequestContext) {
    const query = ctx.request.options.strings(OptionNumber.UriQuery).join("&");
    return `${reportWithoutToken(ctx)}\n?${query}`;
  }
}
