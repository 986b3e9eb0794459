import { Get, Resource } from "@coapkit/core";
import { Public } from "@coapkit/plugin-auth";
import { Observe } from "@coapkit/plugin-observe";
import { AlarmPanel } from "./alarm-panel.js";

/** What the panel shows. */
@Resource("alarms", { title: "Sensors above their limits" })
@Public()
export class AlarmResource {
  constructor(private readonly panel: AlarmPanel) {}

  @Get()
  @Observe()
  list() {
    return this.panel.alarms;
  }
}
