import { Injectable } from "@coapkit/core";
import type { Sensor, SensorFilter } from "../sensors/sensor-schema.js";
import { Database } from "./database.js";
import type { Page } from "./page.js";

/** Most sensors that are kept. */
const MAX_SENSORS = 1_000;

/** What a list of sensors is narrowed down by; a NULL parameter stands for "any". */
const MATCHES = "(:room IS NULL OR room = :room) AND (:kind IS NULL OR kind = :kind)";

/** Sensors in the database. */
@Injectable()
export class SensorStore {
  constructor(private readonly database: Database) {}

  get isFull(): boolean {
    return this.#count({}) >= MAX_SENSORS;
  }

  /** Sensors by id. */
  list({ limit, offset, ...filter }: SensorFilter): Page<Sensor> {
    const values = { ...bind(filter), ":limit": limit, ":offset": offset };
    const sql = `SELECT * FROM sensors WHERE ${MATCHES} ORDER BY id LIMIT :limit OFFSET :offset`;
    return { total: this.#count(filter), items: this.database.all<Sensor>(sql, values) };
  }

  all(): Sensor[] {
    return this.database.all<Sensor>("SELECT * FROM sensors ORDER BY id");
  }

  get(id: string): Sensor | undefined {
    return this.database.get<Sensor>("SELECT * FROM sensors WHERE id = ?", [id]);
  }

  countIn(room: string): number {
    return this.#count({ room });
  }

  /** Adds a sensor, or replaces the one with the same id. */
  put({ id, room, kind, alarmAbove }: Sensor): void {
    this.database.run(
      `INSERT INTO sensors (id, room, kind, alarmAbove) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET room = excluded.room, kind = excluded.kind, alarmAbove = excluded.alarmAbove`,
      [id, room, kind, alarmAbove],
    );
  }

  /** Deletes a sensor with its readings. @returns whether there was such a sensor */
  delete(id: string): boolean {
    return this.database.run("DELETE FROM sensors WHERE id = ?", [id]) > 0;
  }

  #count(filter: Pick<SensorFilter, "room" | "kind">): number {
    const sql = `SELECT count(*) AS total FROM sensors WHERE ${MATCHES}`;
    return this.database.get<{ total: number }>(sql, bind(filter))?.total ?? 0;
  }
}

function bind({ room, kind }: Pick<SensorFilter, "room" | "kind">) {
  return { ":room": room ?? null, ":kind": kind ?? null };
}
