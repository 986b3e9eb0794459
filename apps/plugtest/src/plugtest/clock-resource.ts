import { ContentFormat, Delete, Get, type Link, Links, Put, Req, type RequestContext } from "@coapkit/core";
import type { Notifier } from "@coapkit/plugin-observe";
import type { Renewals } from "./renewals.js";
import { StoredRepresentation } from "./stored-representation.js";
import { timeOfDay } from "./time-of-day.js";

/** The time of day, which clients may replace until the next renewal: what `/obs` and `/obs-non` have in common. */
export abstract class ClockResource {
  #current = clockFace();

  constructor(
    private readonly path: string,
    private readonly renewals: Renewals,
    private readonly notifier: Notifier,
  ) {
    renewals.each(() => this.#replace(clockFace()));
  }

  @Get()
  read() {
    return this.#current.reply(this.renewals.maxAgeS);
  }

  @Put()
  write(@Req() ctx: RequestContext): void {
    this.#replace(StoredRepresentation.from(ctx));
  }

  @Delete()
  remove(): void {
    this.#current = clockFace();
    this.notifier.end(this.path);
  }

  @Links()
  links(): Link[] {
    const attributes = {
      rt: "observe",
      ct: this.#current.contentFormat,
      obs: true,
      title: "Changes every 5 s",
    } as const;
    return [{ target: this.path, attributes }];
  }

  /** Observers of another format get 4.06 from the observe plugin, and are removed. RFC 7641 §4.2. */
  #replace(representation: StoredRepresentation): void {
    this.#current = representation;
    this.notifier.changed(this.path);
  }
}

function clockFace(): StoredRepresentation {
  return new StoredRepresentation(timeOfDay(), ContentFormat.TextPlain);
}
