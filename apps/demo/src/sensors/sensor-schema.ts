import { z } from "zod";
import { Id, PageQuery } from "../schemas.js";

const Kind = z.enum(["temperature", "humidity"]);

/** What a sensor measures. */
export type Kind = z.infer<typeof Kind>;

const AlarmAbove = z.number().min(-100).max(100).multipleOf(0.1).nullable();

/** What a PUT says of a sensor; its id is in the path. */
export const SensorSettings = z.strictObject({
  room: Id,
  kind: Kind,
  /** A reading above it raises an alarm; `null`: none does. */
  alarmAbove: AlarmAbove.default(null),
});
export type SensorSettings = z.infer<typeof SensorSettings>;

/** A sensor. */
export const Sensor = SensorSettings.extend({ id: Id });
export type Sensor = z.infer<typeof Sensor>;

/** Query of the list: `?room=kitchen&kind=humidity&limit=10&offset=20`. */
export const SensorFilter = PageQuery.extend({ room: Id.optional(), kind: Kind.optional() });
export type SensorFilter = z.infer<typeof SensorFilter>;
