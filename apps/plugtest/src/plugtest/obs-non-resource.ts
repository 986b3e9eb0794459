import { Resource, Version } from "@coapkit/core";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { ClockResource } from "./clock-resource.js";
import { Renewals } from "./renewals.js";

/** `/obs-non`: the time of day, in notifications of which every tenth is confirmable. RFC 7641 §4.5. */
@Resource("obs-non", { produces: [], discoverable: false })
@Version(() => true)
export class ObsNonResource extends ClockResource {
  constructor(renewals: Renewals, notifier: Notifier) {
    super("/obs-non", renewals, notifier);
  }

  @Observe({ confirmable: { every: 10 } })
  override read() {
    return super.read();
  }
}
