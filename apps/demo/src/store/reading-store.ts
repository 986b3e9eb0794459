import { Injectable } from "@coapkit/core";
import { type Reading, UNIT } from "../readings/reading-schema.js";
import type { Sensor } from "../sensors/sensor-schema.js";
import { Database } from "./database.js";
import type { Page, PageRequest } from "./page.js";

/** Most readings that are kept of one sensor; older ones are deleted. */
export const READINGS_PER_SENSOR = 1_000;

/** Readings in the database. */
@Injectable()
export class ReadingStore {
  constructor(private readonly database: Database) {}

  /** Readings of a sensor, the latest first. */
  list({ id, kind }: Sensor, { limit, offset }: PageRequest): Page<Reading> {
    const items = this.database.all<Reading>(
      "SELECT sensor, value, ? AS unit, at FROM readings WHERE sensor = ? ORDER BY id DESC LIMIT ? OFFSET ?",
      [UNIT[kind], id, limit, offset],
    );
    const sql = "SELECT count(*) AS total FROM readings WHERE sensor = ?";
    return { total: this.database.get<{ total: number }>(sql, [id])?.total ?? 0, items };
  }

  latest(sensor: Sensor): Reading | undefined {
    return this.list(sensor, { limit: 1, offset: 0 }).items[0];
  }

  /** Adds a reading, and deletes those that are too many. @param sensor its id */
  add(sensor: string, value: number, at: Date): void {
    this.database.run("INSERT INTO readings (sensor, value, at) VALUES (?, ?, ?)", [sensor, value, at.toISOString()]);
    this.database.run(
      `DELETE FROM readings WHERE sensor = ? AND id <=
       (SELECT id FROM readings WHERE sensor = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      [sensor, sensor, READINGS_PER_SENSOR],
    );
  }
}
