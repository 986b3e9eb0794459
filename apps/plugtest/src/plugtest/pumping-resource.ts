import { ContentFormat, content, Get } from "@coapkit/core";
import type { Notifier } from "@coapkit/plugin-observe";
import type { Renewals } from "./renewals.js";
import { timeOfDay } from "./time-of-day.js";

/** Widths of rule and time; the first size is the time alone. */
const FRAMES = [undefined, { rule: 31, time: 19 }, { rule: 63, time: 35 }] as const;

/** The time of day in three sizes by turns: what `/obs-pumping` and `/obs-pumping-non` have in common. */
export abstract class PumpingResource {
  #turn = 0;
  #text = timeOfDay();

  constructor(
    path: string,
    private readonly renewals: Renewals,
    notifier: Notifier,
  ) {
    renewals.each(() => {
      this.#turn = (this.#turn + 1) % FRAMES.length;
      this.#text = framed(timeOfDay(), this.#turn);
      notifier.changed(path);
    });
  }

  @Get({ produces: [ContentFormat.TextPlain] })
  read() {
    return content(this.#text, { maxAgeS: this.renewals.maxAgeS });
  }
}

function framed(time: string, turn: number): string {
  const frame = FRAMES[turn];
  if (frame === undefined) return time;
  const rule = `${"-".repeat(frame.rule)}\n`;
  return `${rule}${time.padStart(frame.time)}\n${rule}`;
}
