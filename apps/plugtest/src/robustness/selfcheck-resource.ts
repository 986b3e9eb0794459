import { ContentFormat, Get, Resource } from "@coapkit/core";
import { isPolluted } from "./prototype-watch.js";

/** `/selfcheck`: whether a peer has got at a prototype. */
@Resource("selfcheck")
export class SelfcheckResource {
  @Get({ produces: [ContentFormat.TextPlain] })
  read() {
    return isPolluted() ? "polluted" : "clean";
  }
}
