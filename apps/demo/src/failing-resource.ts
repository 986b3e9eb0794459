import { Get, Resource } from "@coapkit/core";
import { Public } from "@coapkit/plugin-auth";

/** A handler with a bug: the client sees 5.00 and nothing of the inside, the log has the stack. */
@Resource("failing", { title: "A handler that throws" })
@Public()
export class FailingResource {
  @Get()
  fail(): never {
    throw new Error("The cause stays on the server.");
  }
}
