import { ContentFormat, Get, Req, type RequestContext, Resource } from "@coapkit/core";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { Seconds } from "./seconds.js";

const PATH = "/fault/observe";

/** `/fault/observe`: gives each request one representation, and throws when it is to give the next. */
@Resource(PATH)
export class FaultObserveResource {
  /** Requests that have been answered; a notification runs the handler again with the request that registered. */
  readonly #answered = new WeakSet<object>();

  constructor(seconds: Seconds, notifier: Notifier) {
    seconds.each(() => notifier.changed(PATH));
  }

  @Get({ produces: [ContentFormat.TextPlain] })
  @Observe()
  read(@Req() { request }: RequestContext) {
    if (this.#answered.has(request)) throw new Error("INTERNAL-DETAIL observe");
    this.#answered.add(request);
    return "ok";
  }
}
