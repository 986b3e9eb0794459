import { Resource } from "@coapkit/core";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { PumpingResource } from "./pumping-resource.js";
import { Renewals } from "./renewals.js";

const PATH = "/obs-pumping";

/** `/obs-pumping`: changes its size, in confirmable notifications. */
@Resource(PATH, { rt: "observe", title: "Changes its size" })
export class ObsPumpingResource extends PumpingResource {
  constructor(renewals: Renewals, notifier: Notifier) {
    super(PATH, renewals, notifier);
  }

  @Observe({ confirmable: "always" })
  override read() {
    return super.read();
  }
}
