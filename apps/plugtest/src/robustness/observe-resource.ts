import { ContentFormat, Get, Resource } from "@coapkit/core";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { Seconds } from "./seconds.js";

const PATHS = ["/observe/counter", "/observe/con"] as const;

/** `/observe/counter` and `/observe/con`: a counter that goes up every second. */
@Resource("observe", { produces: [ContentFormat.TextPlain] })
export class ObserveResource {
  constructor(
    private readonly seconds: Seconds,
    notifier: Notifier,
  ) {
    seconds.each(() => {
      for (const path of PATHS) notifier.changed(path);
    });
  }

  @Get("counter")
  @Observe({ confirmable: { every: 5 } })
  read() {
    return String(this.seconds.count);
  }

  @Get("con")
  @Observe({ confirmable: "always" })
  readConfirmably() {
    return this.read();
  }
}
