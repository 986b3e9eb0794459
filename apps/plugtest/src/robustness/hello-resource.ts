import { ContentFormat, Get, Resource } from "@coapkit/core";

/** `/hello`: a small answer. */
@Resource("hello")
export class HelloResource {
  @Get({ produces: [ContentFormat.TextPlain] })
  read() {
    return "world";
  }
}
