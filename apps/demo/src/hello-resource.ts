import { Get, Query, Resource } from "@coapkit/core";
import { Public } from "@coapkit/plugin-auth";

/** The shortest resource there is. */
@Resource("hello", { title: "A greeting" })
@Public()
export class HelloResource {
  @Get()
  greet(@Query("name") name = "world") {
    return `Hello, ${name}!`;
  }
}
