import type { App, RequestContext } from "@coapkit/core";
import type { TestReply } from "@coapkit/testing";
import { type ObserveOptions, observable } from "../src/index.js";

/** A resource whose state a test sets. */
export class Thermometer {
  state: unknown = "21";
  runs = 0;
  readonly read = (ctx: RequestContext): unknown => {
    this.runs++;
    if (typeof this.state === "function") return this.state(ctx);
    return this.state;
  };
  route(path = "/t", options: ObserveOptions = {}): (app: App) => void {
    return (app) => app.route({ method: "GET", path, metadata: [observable(options)], handler: this.read });
  }
}

/** Reads the next notification. */
export async function first(stream: AsyncGenerator<TestReply, void, undefined>): Promise<TestReply> {
  const { value } = await stream.next();
  if (value === undefined) throw new Error("The observation ended.");
  return value;
}
