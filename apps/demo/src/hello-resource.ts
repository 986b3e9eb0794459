import { Get, Query, Resource } from "@coapkit/core";

/** The shortest resource there is. */
@Resource("hello", { title: "A greeting" })
export class HelloResource {
  @Get()
  greet(@Query("name") name = "world") {
    return `Hello, ${name}!`;
  }
}
