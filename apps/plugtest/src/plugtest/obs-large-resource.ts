import { ContentFormat, content, Get, Resource } from "@coapkit/core";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { Renewals } from "./renewals.js";
import { timeOfDay } from "./time-of-day.js";

const RULE = "-".repeat(64);
const WIDTH = 32;
const PATH = "/obs-large";

/** `/obs-large`: the time of day with much around it. */
@Resource(PATH, { rt: "observe", title: "Large, changes every 5 s" })
export class ObsLargeResource {
  #time = timeOfDay();

  constructor(
    private readonly renewals: Renewals,
    notifier: Notifier,
  ) {
    renewals.each(() => {
      this.#time = timeOfDay();
      notifier.changed(PATH);
    });
  }

  @Get({ produces: [ContentFormat.TextPlain] })
  @Observe({ confirmable: "always" })
  read() {
    return content(`${RULE}\n${this.#time.padEnd(WIDTH)}\n${RULE}`, { maxAgeS: this.renewals.maxAgeS });
  }
}
