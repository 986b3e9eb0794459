import {
  changed,
  created,
  Delete,
  Get,
  type Link,
  Links,
  notFound,
  Put,
  Req,
  type RequestContext,
  Resource,
  Version,
} from "@coapkit/core";
import { StoredRepresentation } from "./stored-representation.js";

/** `/create1`: does not exist until a client puts it there. */
@Resource("create1", { produces: [], discoverable: false })
@Version<Create1Resource>(function () {
  return this.current?.etag;
})
export class Create1Resource {
  current: StoredRepresentation | undefined;

  @Get()
  read() {
    return this.current?.reply() ?? notFound();
  }

  @Put()
  write(@Req() ctx: RequestContext) {
    const isNew = this.current === undefined;
    this.current = StoredRepresentation.from(ctx);
    return isNew ? created() : changed();
  }

  @Delete()
  remove(): void {
    this.current = undefined;
  }

  @Links()
  links(): Link[] {
    if (this.current === undefined) return [];
    return [{ target: "/create1", attributes: { title: "Created by PUT", ct: this.current.contentFormat } }];
  }
}
