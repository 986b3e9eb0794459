import sqlite, { type BindValues } from "node-sqlite3-wasm";
import { SCHEMA } from "./schema.sql.js";

/** SQLite, synchronous and in this process: what a handler does between two awaits happens at once. */
export class Database {
  readonly #sqlite: sqlite.Database;

  /**
   * @param file name of the file, or `:memory:`
   * @throws Error where it cannot be opened or is no database
   */
  constructor(file: string) {
    try {
      this.#sqlite = new sqlite.Database(file);
      this.#sqlite.exec(SCHEMA);
    } catch (cause) {
      throw new Error(`Cannot use database "${file}": ${(cause as Error).message}; choose another file.`, { cause });
    }
  }

  /** Every row that a query finds. */
  all<Row>(sql: string, values: BindValues = []): Row[] {
    return this.#sqlite.all(sql, values) as Row[];
  }

  /** The first row that a query finds. */
  get<Row>(sql: string, values: BindValues = []): Row | undefined {
    return (this.#sqlite.get(sql, values) ?? undefined) as Row | undefined;
  }

  /** Runs a statement. @returns how many rows it changed */
  run(sql: string, values: BindValues = []): number {
    return this.#sqlite.run(sql, values).changes;
  }

  close(): void {
    this.#sqlite.close();
  }
}
