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
import { etagOf } from "../etag.js";
import { Id } from "../schemas.js";
import { RoomStore } from "../store/room-store.js";
import { SensorStore } from "../store/sensor-store.js";
import { Sensor, SensorFilter, SensorPatch, SensorSettings } from "./sensor-schema.js";

/** Content-Format of a JSON merge patch. RFC 7396, registered in the CoAP Content-Formats. */
const MERGE_PATCH = "application/merge-patch+json";

/** What If-Match, If-None-Match and ETag of a request for one sensor are compared with. */
const SensorVersion = Version<SensorResource>(function ({ params }) {
  const sensor = this.sensors.get(params.id ?? "");
  return sensor && etagOf(sensor);
});

/** Sensors and their settings. */
@Resource("sensors", { rt: "sensors", title: "Sensors" })
export class SensorResource {
  constructor(
    readonly sensors: SensorStore,
    private readonly rooms: RoomStore,
  ) {}

  /** `/.well-known/core?rt=sensor` finds each sensor. RFC 6690 §4.1. */
  @Links()
  links(): Link[] {
    return this.sensors
      .all()
      .map(({ id, kind }) => ({ target: `/sensors/${id}`, attributes: { rt: ["sensor", kind] } }));
  }

  @Get()
  list(@Query(SensorFilter) filter: SensorFilter) {
    return this.sensors.list(filter);
  }

  @Post()
  add(@Payload(Sensor) sensor: Sensor) {
    if (this.sensors.get(sensor.id)) return conflict(`There is a sensor "${sensor.id}" already.`);
    return this.#store(sensor) ?? created(`/sensors/${sensor.id}`);
  }

  @Get(":id")
  @SensorVersion
  read(@Param("id") id: string) {
    return this.sensors.get(id) ?? missing(id);
  }

  @Put(":id")
  @SensorVersion
  write(@Param("id", Id) id: string, @Payload(SensorSettings) settings: SensorSettings) {
    const isNew = this.sensors.get(id) === undefined;
    return this.#store({ id, ...settings }) ?? (isNew ? created() : undefined);
  }

  /** Changes some settings and leaves the others: `{"alarmAbove":25}`; `null` removes the limit. */
  @IPatch(":id", { consumes: [MERGE_PATCH] })
  @SensorVersion
  change(@Param("id") id: string, @Payload(SensorPatch) patch: SensorPatch) {
    const sensor = this.sensors.get(id);
    return sensor ? this.#store({ ...sensor, ...patch }) : missing(id);
  }

  @Delete(":id")
  @SensorVersion
  remove(@Param("id") id: string) {
    this.sensors.delete(id);
  }

  /** @returns why it cannot be stored, if so */
  #store(sensor: Sensor) {
    if (!this.rooms.get(sensor.room)) return unprocessable(`room: there is no room "${sensor.room}"`);
    if (this.sensors.isFull && !this.sensors.get(sensor.id)) return conflict("There is no place for another sensor.");
    this.sensors.put(sensor);
    return undefined;
  }
}

function missing(id: string) {
  return notFound(`There is no sensor "${id}".`);
}
