import {
  ContentFormat,
  created,
  Delete,
  Get,
  type Link,
  Links,
  notFound,
  Param,
  Post,
  Req,
  type RequestContext,
  Resource,
  serviceUnavailable,
} from "@coapkit/core";
import { StoredRepresentation } from "./stored-representation.js";

const MAX_CHILDREN = 1_000;
const RETRY_S = 60;

/** `/large-create`: makes a child of each POST. */
@Resource("large-create", { rt: "block", title: "Creates large resources", produces: [] })
export class LargeCreateResource {
  readonly #children = new Map<string, StoredRepresentation>();
  #created = 0;

  @Get({ produces: [ContentFormat.LinkFormat] })
  list() {
    return this.links();
  }

  @Post()
  create(@Req() ctx: RequestContext) {
    const child = StoredRepresentation.from(ctx);
    if (this.#children.size >= MAX_CHILDREN) return serviceUnavailable(RETRY_S, "Delete some children first.");
    const name = String(++this.#created);
    this.#children.set(name, child);
    return created(`/large-create/${name}`);
  }

  @Get(":name")
  read(@Param("name") name: string) {
    return this.#children.get(name)?.reply() ?? notFound();
  }

  @Delete(":name")
  remove(@Param("name") name: string) {
    return this.#children.delete(name) ? undefined : notFound();
  }

  @Links()
  links(): Link[] {
    return [...this.#children].map(([name, { contentFormat: ct, sizeBytes: sz }]) => ({
      target: `/large-create/${name}`,
      attributes: { ct, sz },
    }));
  }
}
