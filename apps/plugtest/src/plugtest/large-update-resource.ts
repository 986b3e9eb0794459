import {
  ContentFormat,
  changed,
  Get,
  type Link,
  Links,
  Put,
  Req,
  type RequestContext,
  Resource,
  Version,
} from "@coapkit/core";
import { LARGE_TEXT } from "./large-text.js";
import { StoredRepresentation } from "./stored-representation.js";

/** `/large-update`: a large representation that can be replaced. */
@Resource("large-update", { produces: [], discoverable: false })
@Version<LargeUpdateResource>(function () {
  return this.current.etag;
})
export class LargeUpdateResource {
  current = new StoredRepresentation(LARGE_TEXT, ContentFormat.TextPlain);

  @Get()
  read() {
    return this.current.reply();
  }

  @Put()
  write(@Req() ctx: RequestContext) {
    this.current = StoredRepresentation.from(ctx);
    return changed();
  }

  @Links()
  links(): Link[] {
    const { contentFormat: ct, sizeBytes: sz } = this.current;
    return [{ target: "/large-update", attributes: { rt: "block", ct, sz, title: "Large, can be replaced" } }];
  }
}
