import { Injectable } from "@coapkit/core";
import type { Room } from "../rooms/room-schema.js";
import { Database } from "./database.js";
import type { Page, PageRequest } from "./page.js";

/** Most rooms that are kept. */
const MAX_ROOMS = 1_000;

/** Rooms in the database. */
@Injectable()
export class RoomStore {
  constructor(private readonly database: Database) {}

  get isFull(): boolean {
    return this.#count() >= MAX_ROOMS;
  }

  /** Rooms by id. */
  list({ limit, offset }: PageRequest): Page<Room> {
    const items = this.database.all<Room>("SELECT * FROM rooms ORDER BY id LIMIT ? OFFSET ?", [limit, offset]);
    return { total: this.#count(), items };
  }

  get(id: string): Room | undefined {
    return this.database.get<Room>("SELECT * FROM rooms WHERE id = ?", [id]);
  }

  /** Adds a room, or replaces the one with the same id. */
  put({ id, name, floor }: Room): void {
    this.database.run(
      `INSERT INTO rooms (id, name, floor) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, floor = excluded.floor`,
      [id, name, floor],
    );
  }

  /** @returns whether there was such a room. @throws Error where sensors are left in it */
  delete(id: string): boolean {
    return this.database.run("DELETE FROM rooms WHERE id = ?", [id]) > 0;
  }

  #count(): number {
    return this.database.get<{ total: number }>("SELECT count(*) AS total FROM rooms")?.total ?? 0;
  }
}
