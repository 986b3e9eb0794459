import { ContentFormat, Get, type Link, Req, type RequestContext, Resource } from "@coapkit/core";

const SUB_RESOURCES = ["/path/sub1", "/path/sub2", "/path/sub3"] as const;
const SUB_TITLE = "Sub-resource";
const SUB_OPTIONS = { title: SUB_TITLE, produces: [ContentFormat.TextPlain] } as const;

/** `/path`: a list of links, and what they lead to. */
@Resource("path", { title: "A list of links" })
export class PathResource {
  @Get({ produces: [ContentFormat.LinkFormat] })
  list(): Link[] {
    return SUB_RESOURCES.map((target) => ({ target, attributes: { title: SUB_TITLE } }));
  }

  @Get("sub1", SUB_OPTIONS)
  @Get("sub2", SUB_OPTIONS)
  @Get("sub3", SUB_OPTIONS)
  read(@Req() ctx: RequestContext) {
    return ctx.path;
  }
}
