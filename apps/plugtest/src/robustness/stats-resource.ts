import { type App, ContentFormat, Get, inject, Resource, token } from "@coapkit/core";

/** The app, from which `/stats` reads the framework's public counters. */
export const APP = token<() => App>("@coapkit/plugtest/app");

/** `/stats`: what the server holds at the moment. */
@Resource("stats")
export class StatsResource {
  constructor(@inject(APP) private readonly app: () => App) {}

  @Get({ produces: [ContentFormat.Json] })
  read() {
    const { counters, engineCounters: engine = {} } = this.app();
    const {
      observers = 0,
      unacknowledged = 0,
      queued = 0,
      uploads = 0,
      uploadBytes = 0,
      rememberedMessages = 0,
    } = engine;
    return {
      observers,
      exchanges: unacknowledged + queued,
      uploads,
      uploadBytes,
      dedup: rememberedMessages,
      pending: counters?.inFlight ?? 0,
    };
  }
}
