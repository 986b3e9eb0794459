import { z } from "zod";
import { Id } from "../schemas.js";
import type { Kind } from "../sensors/sensor-schema.js";

/** Without `at` the server's time counts. `sensor` and `unit` may be left out; SenML always names the sensor. */
const SentReading = z.strictObject({
  value: z.number(),
  at: z.union([z.iso.datetime(), z.date()]).optional(),
  sensor: Id.optional(),
  unit: z.string().optional(),
});
export type SentReading = z.infer<typeof SentReading>;

/** What a device posts: one reading, or all since the last time, the latest at the end. */
export const SentReadings = z.preprocess(
  (sent) => (Array.isArray(sent) ? sent : [sent]),
  z.array(SentReading).min(1).max(100),
);
export type SentReadings = z.infer<typeof SentReadings>;

/** A reading of a sensor. */
export interface Reading {
  readonly sensor: string;
  readonly value: number;
  /** As in SenML, RFC 8428 §12.1. */
  readonly unit: string;
  /** In UTC. */
  readonly at: string;
}

/** Units of what sensors measure: degrees Celsius, percent of relative humidity. */
export const UNIT: Readonly<Record<Kind, string>> = { temperature: "Cel", humidity: "%RH" };

/** What a sensor of a kind can measure, in its unit. */
export const RANGE: Readonly<Record<Kind, readonly [min: number, max: number]>> = {
  temperature: [-60, 100],
  humidity: [0, 100],
};
