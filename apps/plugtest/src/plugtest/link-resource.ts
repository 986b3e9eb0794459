import { ContentFormat, Get, Resource } from "@coapkit/core";

const TITLE = "Link test resource";

/** `/link1`, `/link2` and `/link3`: there for what their links say. */
@Resource("", { produces: [ContentFormat.TextPlain] })
export class LinkResource {
  @Get("link1", { rt: "Type1 Type2", if: "If1", title: TITLE })
  @Get("link2", { rt: "Type2 Type3", if: "If2", title: TITLE })
  @Get("link3", { rt: "Type1 Type3", if: "foo", title: TITLE })
  read() {
    return TITLE;
  }
}
