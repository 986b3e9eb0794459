import type { Room } from "../rooms/room-schema.js";
import type { Sensor } from "../sensors/sensor-schema.js";
import type { RoomStore } from "./room-store.js";
import type { SensorStore } from "./sensor-store.js";

const ROOMS: readonly Room[] = [
  { id: "cellar", name: "Cellar", floor: -1 },
  { id: "kitchen", name: "Kitchen", floor: 0 },
];

const SENSORS: readonly Sensor[] = [
  { id: "cellar-humidity", room: "cellar", kind: "humidity", alarmAbove: 70 },
  { id: "kitchen-humidity", room: "kitchen", kind: "humidity", alarmAbove: null },
  { id: "kitchen-temperature", room: "kitchen", kind: "temperature", alarmAbove: 28 },
];

/** Fills an empty database with two rooms and three sensors, so that there is something to see. */
export function seed(rooms: RoomStore, sensors: SensorStore): void {
  if (rooms.list({ limit: 1, offset: 0 }).total > 0) return;
  for (const room of ROOMS) rooms.put(room);
  for (const sensor of SENSORS) sensors.put(sensor);
}
