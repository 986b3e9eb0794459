import { Resource } from "@coapkit/core";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { PumpingResource } from "./pumping-resource.js";
import { Renewals } from "./renewals.js";

const PATH = "/obs-pumping-non";

/** `/obs-pumping-non`: changes its size, in notifications of which every tenth is confirmable. RFC 7641 §4.5. */
@Resource(PATH, { rt: "observe", title: "Changes its size" })
export class ObsPumpingNonResource extends PumpingResource {
  constructor(renewals: Renewals, notifier: Notifier) {
    super(PATH, renewals, notifier);
  }

  @Observe({ confirmable: { every: 10 } })
  override read() {
    return super.read();
  }
}
