import { Resource, Version } from "@coapkit/core";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { ClockResource } from "./clock-resource.js";
import { Renewals } from "./renewals.js";

/** `/obs`: the time of day, in confirmable notifications. */
@Resource("obs", { produces: [], discoverable: false })
@Version(() => true)
export class ObsResource extends ClockResource {
  constructor(renewals: Renewals, notifier: Notifier) {
    super("/obs", renewals, notifier);
  }

  @Observe({ confirmable: "always" })
  override read() {
    return super.read();
  }
}
