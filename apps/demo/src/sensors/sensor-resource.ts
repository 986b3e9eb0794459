import {
  conflict,
  created,
  Delete,
  Get,
  IPatch,
  type Link,
  Links,
  notFound,
  Param,
  Payload,
  Post,
  Put,
  Query,
  Resource,
  unprocessable,
  Version,
} from "@coapkit/core";
import { Public } from "@coapkit/plugin-auth";
import type { MergePatch } from "@coapkit/plugin-json";
import { Notifier, Observe } from "@coapkit/plugin-observe";
import { RequireScopeOrThisMachine } from "../access/access.js";
import { etagOf } from "../etag.js";
import { ReadingResource } from "../readings/reading-resource.js";
import { Id } from "../schemas.js";
import { RoomStore } from "../store/room-store.js";
import { SensorStore } from "../store/sensor-store.js";
import { Sensor, SensorFilter, SensorSettings } from "./sensor-schema.js";

/** What If-Match, If-None-Match and ETag of a request for one sensor are compared with. */
const SensorVersion = Version<SensorResource>(function ({ params }) {
  const sensor = this.sensors.get(params.id ?? "");
  return sensor && etagOf(sensor);
});

/** Sensors and their settings. */
@Resource("sensors", { rt: "sensors", title: "Sensors" })
@Public()
export class SensorResource {
  constructor(
    readonly sensors: SensorStore,
    private readonly rooms: RoomStore,
    private readonly notifier: Notifier,
  ) {}

  /** `/.well-known/core?rt=sensor` finds each sensor. RFC 6690 §4.1. */
  @Links()
  links(): Link[] {
    return this.sensors
      .all()
      .map(({ id, kind }) => ({ target: `/sensors/${id}`, attributes: { obs: true, rt: ["sensor", kind] } }));
  }

  @Get()
  @Observe()
  list(@Query(SensorFilter) filter: SensorFilter) {
    return this.sensors.list(filter);
  }

  @Post()
  @RequireScopeOrThisMachine("sensors:write")
  add(@Payload(Sensor) sensor: Sensor) {
    if (this.sensors.get(sensor.id)) return conflict(`There is a sensor "${sensor.id}" already.`);
    return this.#store(sensor) ?? created(`/sensors/${sensor.id}`);
  }

  @Get(":id")
  @Observe()
  @SensorVersion
  read(@Param("id") id: string) {
    return this.sensors.get(id) ?? missing(id);
  }

  @Put(":id")
  @RequireScopeOrThisMachine("sensors:write")
  @SensorVersion
  write(@Param("id", Id) id: string, @Payload(SensorSettings) settings: SensorSettings) {
    const isNew = this.sensors.get(id) === undefined;
    return this.#store({ id, ...settings }) ?? (isNew ? created() : undefined);
  }

  /** Changes some settings and leaves the others: `{"alarmAbove":25}`; `null` removes the limit. */
  @IPatch(":id", { consumes: ["application/merge-patch+json"] })
  @RequireScopeOrThisMachine("sensors:write")
  @SensorVersion
  change(@Param("id") id: string, @Payload() patch: MergePatch) {
    const sensor = this.sensors.get(id);
    if (!sensor) return missing(id);
    const { id: _, ...settings } = sensor;
    return this.#store({ id, ...patch.apply(settings, SensorSettings) });
  }

  @Delete(":id")
  @RequireScopeOrThisMachine("sensors:write")
  @SensorVersion
  remove(@Param("id") id: string) {
    this.sensors.delete(id);
    this.#tellObservers(id);
    this.notifier.changed(ReadingResource, { id });
  }

  /** @returns why it cannot be stored, if so */
  #store(sensor: Sensor) {
    if (!this.rooms.get(sensor.room)) return unprocessable(`room: there is no room "${sensor.room}"`);
    if (this.sensors.isFull && !this.sensors.get(sensor.id)) return conflict("There is no place for another sensor.");
    this.sensors.put(sensor);
    this.#tellObservers(sensor.id);
    return undefined;
  }

  #tellObservers(id: string): void {
    this.notifier.changed(SensorResource);
    this.notifier.changed(SensorResource, { id });
  }
}

function missing(id: string) {
  return notFound(`There is no sensor "${id}".`);
}
