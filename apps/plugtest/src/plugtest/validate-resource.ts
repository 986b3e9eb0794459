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

/** `/validate`: one representation that conditional requests are tried on. */
@Resource("validate", { produces: [], discoverable: false })
@Version<ValidateResource>(function () {
  return this.current?.etag;
})
export class ValidateResource {
  current: StoredRepresentation | undefined = new StoredRepresentation("Validate me", 0);

  @Get()
  read() {
    return this.current?.reply() ?? notFound();
  }

  @Put()
  write(@Req() ctx: RequestContext) {
    const isNew = this.current === undefined;
    this.current = StoredRepresentation.from(ctx);
    const { etag } = this.current;
    return isNew ? created(undefined, { etag }) : changed(undefined, { etag });
  }

  @Delete()
  remove(): void {
    this.current = undefined;
  }

  @Links()
  links(): Link[] {
    const title = "Resource which varies";
    const { current } = this;
    return [
      { target: "/validate", attributes: current === undefined ? { title } : { title, ct: current.contentFormat } },
    ];
  }
}
