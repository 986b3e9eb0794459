import { Injectable, inject, LOGGER, type Logger } from "@coapkit/core";
import type { Sensor } from "../sensors/sensor-schema.js";

/** Watches readings. */
@Injectable()
export class Alarms {
  constructor(@inject(LOGGER) private readonly log: Logger) {}

  /** Logs a warning for a reading above what the sensor's settings allow. */
  check({ id, alarmAbove }: Sensor, value: number): void {
    if (alarmAbove !== null && value > alarmAbove) this.log.warn({ sensor: id, value, alarmAbove }, "alarm");
  }
}
