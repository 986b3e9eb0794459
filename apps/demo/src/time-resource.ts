import { content, Get, Resource } from "@coapkit/core";

/** The server's time. */
@Resource("time", { title: "The server's time" })
export class TimeResource {
  /** Fresh for a second: without Max-Age a cache would keep it for 60. RFC 7252 §5.10.5. */
  @Get()
  now() {
    return content(new Date().toISOString(), { maxAgeS: 1 });
  }
}
