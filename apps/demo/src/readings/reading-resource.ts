import { Get, notFound, Param, Payload, Post, Query, Resource, unprocessable } from "@coapkit/core";
import { Public } from "@coapkit/plugin-auth";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { Senml } from "@coapkit/plugin-senml";
import { RequireScopeOrThisMachine } from "../access/access.js";
import { PageQuery } from "../schemas.js";
import type { Sensor } from "../sensors/sensor-schema.js";
import type { Page } from "../store/page.js";
import { ReadingStore } from "../store/reading-store.js";
import { SensorStore } from "../store/sensor-store.js";
import { RANGE, type Reading, type SentReading, SentReadings, UNIT } from "./reading-schema.js";
import { fromSenml, toSenml } from "./reading-senml.js";

/** What a device may send: all of them end in the same schema. */
const DEVICE_FORMATS = ["json", "cbor", "senml+json", "senml+cbor"].map((name) => `application/${name}`);

/** What the sensors have measured. */
@Resource("sensors/:id/readings")
@Public()
export class ReadingResource {
  constructor(
    private readonly readings: ReadingStore,
    private readonly sensors: SensorStore,
    private readonly notifier: Notifier,
  ) {}

  /** The latest come first. */
  @Get()
  @Senml({ toSenml: ({ items }: Page<Reading>) => items.map(toSenml) })
  list(@Param("id") id: string, @Query(PageQuery) page: PageQuery) {
    const sensor = this.sensors.get(id);
    return sensor ? this.readings.list(sensor, page) : missing(id);
  }

  /** Observers may say when they want to be told: `?c.gt=25` for readings that get above 25, or below again. */
  @Get("latest")
  @Observe({ conditions: true })
  @Senml({ toSenml })
  latest(@Param("id") id: string) {
    const sensor = this.sensors.get(id);
    if (!sensor) return missing(id);
    return this.readings.latest(sensor) ?? notFound(`Sensor "${id}" has no reading yet.`);
  }

  /** What devices do, in the format that they like best. */
  @Post({ consumes: DEVICE_FORMATS })
  @RequireScopeOrThisMachine("readings:write")
  @Senml({ fromSenml })
  add(@Param("id") id: string, @Payload(SentReadings) sent: SentReadings) {
    const sensor = this.sensors.get(id);
    if (!sensor) return missing(id);
    const problem = sent.map((reading) => explainMisfit(sensor, reading)).find((text) => text !== undefined);
    if (problem !== undefined) return unprocessable(problem);
    for (const { value, at = Date.now() } of sent) this.readings.add(id, value, new Date(at));
    this.notifier.changed(ReadingResource, { id });
    return undefined;
  }
}

/** @returns why a reading cannot be one of this sensor, if so */
function explainMisfit({ id, kind }: Sensor, { value, sensor = id, unit = UNIT[kind] }: SentReading) {
  const [min, max] = RANGE[kind];
  if (sensor !== id) return `sensor: these are the readings of "${id}", not of "${sensor}"`;
  if (unit !== UNIT[kind]) return `unit: ${kind} is in ${UNIT[kind]}, not in ${unit}`;
  return value < min || value > max ? `value: ${kind} is from ${min} to ${max}, not ${value}` : undefined;
}

function missing(id: string) {
  return notFound(`There is no sensor "${id}".`);
}
