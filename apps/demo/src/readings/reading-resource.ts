import { content, Get, notFound, Param, Payload, Post, Query, Resource, unprocessable } from "@coapkit/core";
import { PageQuery } from "../schemas.js";
import { ReadingStore } from "../store/reading-store.js";
import { SensorStore } from "../store/sensor-store.js";
import { Alarms } from "./alarms.js";
import { NewReading, RANGE } from "./reading-schema.js";

/** How long a latest reading may be used by caches, in seconds. */
const LATEST_MAX_AGE_S = 5;

/** What the sensors have measured. */
@Resource("sensors/:id/readings")
export class ReadingResource {
  constructor(
    private readonly readings: ReadingStore,
    private readonly sensors: SensorStore,
    private readonly alarms: Alarms,
  ) {}

  /** The latest come first. */
  @Get()
  list(@Param("id") id: string, @Query(PageQuery) page: PageQuery) {
    return this.sensors.get(id) ? this.readings.list(id, page) : missing(id);
  }

  @Get("latest")
  latest(@Param("id") id: string) {
    const reading = this.readings.latest(id);
    return reading ? content(reading, { maxAgeS: LATEST_MAX_AGE_S }) : notFound(`Sensor "${id}" has no reading yet.`);
  }

  /** What devices do. */
  @Post()
  add(@Param("id") id: string, @Payload(NewReading) { value, at }: NewReading) {
    const sensor = this.sensors.get(id);
    if (!sensor) return missing(id);
    const [min, max] = RANGE[sensor.kind];
    if (value < min || value > max)
      return unprocessable(`value: ${sensor.kind} is from ${min} to ${max}, not ${value}`);
    this.readings.add(id, { value, at: new Date(at ?? Date.now()).toISOString() });
    this.alarms.check(sensor, value);
    return undefined;
  }
}

function missing(id: string) {
  return notFound(`There is no sensor "${id}".`);
}
