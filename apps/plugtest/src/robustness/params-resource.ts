import { ContentFormat, Get, type Link, Links, Param, Resource } from "@coapkit/core";

/** `/params/:value`: the segment as it was sent. */
@Resource("params")
export class ParamsResource {
  @Get(":value", { produces: [ContentFormat.TextPlain] })
  read(@Param("value") value: string) {
    return value;
  }

  @Links()
  links(): Link[] {
    return [{ target: "/params/value", attributes: { title: "Any segment in the place of the last", ct: 0 } }];
  }
}
