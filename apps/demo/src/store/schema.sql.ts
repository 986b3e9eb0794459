/** Tables of the monitor. `IF NOT EXISTS`: a database file is used again at the next start. */
export const SCHEMA = `
PRAGMA foreign_keys = ON;

CREATE TABLE IF NOT EXISTS rooms (
  id    TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  floor INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS sensors (
  id         TEXT PRIMARY KEY,
  room       TEXT NOT NULL REFERENCES rooms (id) ON DELETE RESTRICT,
  kind       TEXT NOT NULL CHECK (kind IN ('temperature', 'humidity')),
  alarmAbove REAL
) STRICT;

CREATE INDEX IF NOT EXISTS sensors_by_room ON sensors (room);

CREATE TABLE IF NOT EXISTS readings (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  sensor TEXT NOT NULL REFERENCES sensors (id) ON DELETE CASCADE,
  value  REAL NOT NULL,
  at     TEXT NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS readings_by_sensor ON readings (sensor, id);
`;
